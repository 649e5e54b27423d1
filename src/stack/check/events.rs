//! What invokes functions besides routes, and their aliases.

use super::super::file::{Event, Function, KeyOrArn, Stack, key_or_arn};
use super::super::reader::Reader;
use super::super::reader::shape::At;
use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::template::{Section, Template};
use super::{is_word, limit_chars};
use crate::kinds::{event_rule::schedule, lambda_alias};

const ALIAS_CHARS_MAX: usize = 128;
const RULE_NAME_CHARS_MAX: usize = 64;
const DESCRIPTION_CHARS_MAX: usize = 512;
const FILTERS_MAX: usize = 5;
/// More records than these are gathered for a second at least.
const BATCH_WITHOUT_WINDOW: i64 = 1000;

/// S3's words for what may happen to objects (S3 user guide, "Event notification types").
const S3_EVENTS: [&str; 25] = [
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Post",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationReplicatedAfterThreshold",
    "s3:Replication:OperationNotTracked",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectTagging:*",
    "s3:ObjectAcl:Put",
    "s3:ObjectTagging:Put",
];

/// What invokes the function `key`.
pub(super) fn check(
    stack: &Stack,
    key: &str,
    function: &Function,
    stage: Option<&str>,
    reader: &mut Reader<'_>,
) {
    alias(function, reader);
    let mut streams: Vec<&Template> = Vec::new();
    let mut schedules = 0;
    for event in &function.events {
        let sources = [
            event.schedule.as_ref().map(|source| ("schedule", source)),
            event.stream.as_ref().map(|source| ("stream", source)),
            event.bucket.as_ref().map(|source| ("bucket", source)),
        ];
        let sources: Vec<_> = sources.into_iter().flatten().collect();
        let [(kind, source)] = sources.as_slice() else {
            let detail = match sources.len() {
                0 => "Nothing is said here of what invokes the function.",
                _ => "An event has one source.",
            };
            let hint = "say one of `schedule`, `stream` and `bucket`; the list takes more events";
            reader.error(event.span, "not one source", detail).with_hint(hint);
            continue;
        };
        foreign_keys(event, kind, reader);
        match *kind {
            "schedule" => {
                schedules += 1;
                rule_name(stack, key, schedules, stage, source.span, reader);
                schedule_of(event, source, reader);
            }
            "stream" => {
                if streams.contains(&&source.value) {
                    let detail = "The function reads this stream already; Lambda lets it read each once.";
                    reader.error(source.span, "stream named twice", detail);
                }
                streams.push(&source.value);
                stream(stack, event, source, reader);
            }
            _ => bucket(stack, event, source, reader),
        }
    }
}

fn alias(function: &Function, reader: &mut Reader<'_>) {
    let Some(alias) = &function.alias else {
        if let Some(keep) = &function.keep_versions {
            let detail = "Versions are published for an alias, and the function has none.";
            reader
                .error(keep.span, "`keep_versions` without effect", detail)
                .with_hint("say `alias: live`, for example");
        }
        return;
    };
    let name = alias.name.0.as_str();
    let number = name.chars().all(|c| c.is_ascii_digit());
    // A name that is missing is told already.
    if !name.is_empty() && (!is_word(name) || number || name.len() > ALIAS_CHARS_MAX) {
        let detail = format!("`{name}` cannot be the name of an alias.");
        let hint = "letters, digits, `_` and `-`, at most 128, and not digits alone";
        reader.error(alias.name.span, "invalid name", detail).with_hint(hint);
    }
    if let Some(text) = &alias.description
        && text.known_chars() > lambda_alias::DESCRIPTION_CHARS_MAX
    {
        let most = lambda_alias::DESCRIPTION_CHARS_MAX;
        let detail = format!(
            "The description is at least {} characters long; an alias's may have {most}.",
            text.known_chars()
        );
        reader.error(text.span, "text too long", detail);
    }
}

/// Notes keys that belong to another sort of event.
fn foreign_keys(event: &At<Event>, kind: &str, reader: &mut Reader<'_>) {
    let first = |list: &[At<Template>]| list.first().map(|item| item.span);
    let given: [(&str, &str, Option<Span>); 16] = [
        ("input", "schedule", event.input.as_ref().map(|key| key.span)),
        ("description", "schedule", event.description.as_ref().map(|key| key.span)),
        ("enabled", "schedule stream", event.enabled.as_ref().map(|key| key.span)),
        ("starting_position", "stream", event.starting_position.as_ref().map(|key| key.span)),
        ("batch_size", "stream", event.batch_size.as_ref().map(|key| key.span)),
        ("batching_window_seconds", "stream", event.batching_window_seconds.as_ref().map(|key| key.span)),
        ("parallelization_factor", "stream", event.parallelization_factor.as_ref().map(|key| key.span)),
        ("retries", "stream", event.retries.as_ref().map(|key| key.span)),
        ("max_record_age_seconds", "stream", event.max_record_age_seconds.as_ref().map(|key| key.span)),
        ("bisect_on_error", "stream", event.bisect_on_error.as_ref().map(|key| key.span)),
        (
            "report_batch_item_failures",
            "stream",
            event.report_batch_item_failures.as_ref().map(|key| key.span),
        ),
        ("on_failure_arn", "stream", event.on_failure_arn.as_ref().map(|key| key.span)),
        ("filters", "stream", event.filters.first().map(|item| item.span)),
        ("events", "bucket", first(&event.events)),
        ("prefix", "bucket", event.prefix.as_ref().map(|key| key.span)),
        ("suffix", "bucket", event.suffix.as_ref().map(|key| key.span)),
    ];
    for (name, kinds, span) in given {
        let Some(span) = span.filter(|_| !kinds.split(' ').any(|fits| fits == kind)) else { continue };
        let kinds = kinds.replace(' ', "` or a `");
        let detail = format!("`{name}` belongs to a `{kinds}`, and this is a `{kind}`.");
        reader.error(span, "key without effect", detail);
    }
}

/// The rule's name must fit for every stage there may be.
fn rule_name(
    stack: &Stack,
    key: &str,
    number: usize,
    stage: Option<&str>,
    span: Span,
    reader: &mut Reader<'_>,
) {
    let stages = stage.map_or_else(|| stack.stage_names(), |stage| vec![stage]);
    let longest = stages.into_iter().max_by_key(|stage| stage.len()).unwrap_or("dev");
    let name = format!("{}-{longest}-{}", &**stack.stack, schedule_key(key, number));
    let length = name.chars().count();
    if length > RULE_NAME_CHARS_MAX {
        let detail = format!(
            "The rule `{name}` would have a name of {length} characters; EventBridge takes {RULE_NAME_CHARS_MAX}."
        );
        reader
            .error(span, "name too long", detail)
            .with_hint("shorten the function's key, the stage's name or the stack's");
    }
}

/// The key of a function's schedule by its place among them, from 1.
pub(in crate::stack) fn schedule_key(function: &str, number: usize) -> String {
    match number {
        1 => format!("{function}-schedule"),
        number => format!("{function}-schedule-{number}"),
    }
}

fn schedule_of(event: &At<Event>, source: &At<Template>, reader: &mut Reader<'_>) {
    if let Some(problem) = source.known().and_then(schedule::problem) {
        let hint = "such as `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC";
        reader.error(source.span, "invalid schedule", problem).with_hint(hint);
    }
    if let Some(text) = &event.description {
        limit_chars(text, text.span, DESCRIPTION_CHARS_MAX, "The description", reader);
    }
}

fn stream(stack: &Stack, event: &At<Event>, source: &At<Template>, reader: &mut Reader<'_>) {
    match key_or_arn(source) {
        KeyOrArn::Key(key) if !stack.keys(Section::Tables).contains(&key) => {
            let detail = format!("The stack has no table `{key}`.");
            let hint = did_you_mean(key, stack.keys(Section::Tables))
                .unwrap_or_else(|| "declare it under `tables`, or give the ARN of a stream".into());
            reader.error(source.span, "unknown table", detail).with_hint(hint);
        }
        KeyOrArn::Key(_) => {}
        KeyOrArn::Arn(text) => {
            if let Some(arn) = text.known()
                && !(arn.contains(":dynamodb:") && arn.contains(":table/") && arn.contains("/stream/"))
            {
                let detail = format!("`{arn}` is not the ARN of a table's stream.");
                reader
                    .error(source.span, "invalid ARN", detail)
                    .with_hint("it ends in `:table/<name>/stream/<time>`");
            }
        }
    }
    let window = event.batching_window_seconds.as_ref().map_or(0, |seconds| seconds.0);
    if let Some(size) = event.batch_size.as_ref().filter(|size| size.0 > BATCH_WITHOUT_WINDOW && window == 0)
    {
        let detail =
            format!("More than {BATCH_WITHOUT_WINDOW} records need a second at least to be gathered in.");
        reader
            .error(size.span, "batch too large", detail)
            .with_hint("say `batching_window_seconds: 1` or more");
    }
    if let Some(extra) = event.filters.get(FILTERS_MAX) {
        let detail =
            format!("The stream has {} filters; Lambda takes at most {FILTERS_MAX}.", event.filters.len());
        reader.error(extra.span, "too many filters", detail);
    }
}

fn bucket(stack: &Stack, event: &At<Event>, source: &At<Template>, reader: &mut Reader<'_>) {
    let key = source.known().unwrap_or_default();
    if !stack.keys(Section::Buckets).contains(&key) {
        let detail = format!("The stack has no bucket `{key}`.");
        let hint = did_you_mean(key, stack.keys(Section::Buckets))
            .unwrap_or_else(|| "declare it under `buckets`".into());
        reader.error(source.span, "unknown bucket", detail).with_hint(hint);
    }
    for word in &event.events {
        let Some(name) = word.known().filter(|name| !S3_EVENTS.contains(name)) else { continue };
        let detail = format!("`{name}` is none of S3's words for what happens to objects.");
        let hint = did_you_mean(name, S3_EVENTS).unwrap_or_else(|| "such as `s3:ObjectCreated:*`".into());
        reader.error(word.span, "unknown event", detail).with_hint(hint);
    }
}

/// What S3 refuses: two functions, or one twice, for the same happening to the same objects.
pub(super) fn overlaps(stack: &Stack, reader: &mut Reader<'_>) {
    let mut seen: Vec<Happening> = Vec::new();
    for function in &stack.functions {
        for event in &function.value.events {
            let Some(bucket) = event.bucket.as_ref().and_then(|bucket| bucket.known()) else { continue };
            if event.schedule.is_some() || event.stream.is_some() {
                continue;
            }
            let happening = Happening::of(bucket, event);
            if let Some(other) = seen.iter().find(|other| other.overlaps(&happening)) {
                let detail = format!(
                    "Objects of the bucket `{bucket}` that this fits also fit an event of `{}`; S3 tells of each to one only.",
                    other.function
                );
                let hint = "let `prefix`, `suffix` or `events` tell them apart";
                reader.error(event.span, "overlapping events", detail).with_hint(hint);
            }
            seen.push(Happening { function: function.key.value.clone(), ..happening });
        }
    }
}

#[derive(Default)]
struct Happening {
    function: String,
    bucket: String,
    events: Vec<String>,
    prefix: String,
    suffix: String,
}

impl Happening {
    fn of(bucket: &str, event: &Event) -> Self {
        let known = |text: &Option<At<Template>>| {
            text.as_ref().and_then(|text| text.known()).unwrap_or_default().to_owned()
        };
        let mut events: Vec<String> =
            event.events.iter().filter_map(|word| word.known()).map(str::to_owned).collect();
        if event.events.is_empty() {
            events.push(DEFAULT_S3_EVENT.to_owned());
        }
        let (bucket, prefix, suffix) = (bucket.to_owned(), known(&event.prefix), known(&event.suffix));
        Self { function: String::new(), bucket, events, prefix, suffix }
    }

    fn overlaps(&self, other: &Self) -> bool {
        let one_in_other =
            |one: &str, other: &str, fits: fn(&str, &str) -> bool| fits(one, other) || fits(other, one);
        let same = |one: &str, other: &str| {
            one == other || one.strip_suffix('*').is_some_and(|start| other.starts_with(start))
        };
        self.bucket == other.bucket
            && one_in_other(&self.prefix, &other.prefix, |one, other| one.starts_with(other))
            && one_in_other(&self.suffix, &other.suffix, |one, other| one.ends_with(other))
            && self
                .events
                .iter()
                .any(|one| other.events.iter().any(|other| same(one, other) || same(other, one)))
    }
}

/// What happens to objects unless said otherwise.
pub(in crate::stack) const DEFAULT_S3_EVENT: &str = "s3:ObjectCreated:*";

//! Schedule expressions. Source: EventBridge user guide, "Creating a rule that runs on a schedule".

/// The fields of a cron expression: name, least and most number, words.
const FIELDS: [(&str, u32, u32, &[&str]); 6] = [
    ("minutes", 0, 59, &[]),
    ("hours", 0, 23, &[]),
    ("day of month", 1, 31, &[]),
    ("month", 1, 12, &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
    ("day of week", 1, 7, &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ("year", 1970, 2199, &[]),
];
const DAY_OF_MONTH: usize = 2;
const DAY_OF_WEEK: usize = 4;

/// What is wrong with an expression, as a sentence; `None` where EventBridge takes it.
pub fn problem(expression: &str) -> Option<String> {
    let inside = |word: &str| expression.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')');
    match (inside("rate"), inside("cron")) {
        (Some(rate), _) => rate_problem(rate),
        (_, Some(cron)) => cron_problem(cron),
        _ => Some(format!("`{expression}` is neither `rate(…)` nor `cron(…)`.")),
    }
}

fn rate_problem(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(' ').collect();
    let [number, unit] = parts.as_slice() else {
        return Some("A rate is a number and a unit, such as `rate(5 minutes)`.".to_owned());
    };
    let Some(number) = number.parse::<u32>().ok().filter(|number| *number > 0) else {
        return Some(format!("`{number}` is no whole number from 1."));
    };
    let (singular, plural) = (["minute", "hour", "day"], ["minutes", "hours", "days"]);
    let fitting = if number == 1 { singular } else { plural };
    if fitting.contains(unit) {
        return None;
    }
    let place = singular.iter().zip(plural).position(|(one, many)| one == unit || many == *unit);
    Some(match place {
        Some(place) => format!("EventBridge wants `rate({number} {})`.", fitting[place]),
        None => format!("`{unit}` is none of `{}`.", fitting.join("`, `")),
    })
}

fn cron_problem(text: &str) -> Option<String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        let found = fields.len();
        return Some(format!(
            "A cron expression has six fields (minutes, hours, day of month, month, day of week, year), and this one has {found}."
        ));
    }
    if (fields[DAY_OF_MONTH] == "?") == (fields[DAY_OF_WEEK] == "?") {
        return Some("One of day of month and day of week must be `?`, and not both.".to_owned());
    }
    let wrong = fields.iter().enumerate().find(|(place, field)| !fits(*place, field));
    wrong.map(|(place, field)| {
        let (name, least, most, _) = FIELDS[place];
        format!("`{field}` does not fit the field {name}, which goes from {least} to {most}.")
    })
}

fn fits(place: usize, field: &str) -> bool {
    let day = place == DAY_OF_MONTH || place == DAY_OF_WEEK;
    if field == "?" {
        return day;
    }
    field.split(',').all(|part| {
        if place == DAY_OF_MONTH && (part == "L" || part == "LW") || place == DAY_OF_WEEK && part == "L" {
            return true;
        }
        if let (DAY_OF_MONTH, Some(near)) = (place, part.strip_suffix('W')) {
            return number(place, near).is_some();
        }
        if place == DAY_OF_WEEK {
            if let Some(last) = part.strip_suffix('L') {
                return number(place, last).is_some();
            }
            if let Some((day, which)) = part.split_once('#') {
                return number(place, day).is_some() && matches!(which, "1" | "2" | "3" | "4" | "5");
            }
        }
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let steps = step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0));
        let ranges = range == "*" || range.split_once('-').map_or_else(
            || number(place, range).is_some(),
            |(from, to)| number(place, from).is_some() && number(place, to).is_some(),
        );
        steps && ranges
    })
}

/// A number or a word of the field.
fn number(place: usize, text: &str) -> Option<u32> {
    let (_, least, most, words) = FIELDS[place];
    if let Some(at) = words.iter().position(|word| word.eq_ignore_ascii_case(text)) {
        return u32::try_from(at).ok().map(|at| at + least);
    }
    text.parse().ok().filter(|number| (least..=most).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_eventbridge_takes() {
        for good in [
            "rate(1 minute)",
            "rate(5 minutes)",
            "rate(12 hours)",
            "rate(1 day)",
            "cron(0 12 * * ? *)",
            "cron(0/15 8-17 ? * MON-FRI *)",
            "cron(0 9 ? * 2#1 *)",
            "cron(15 10 L * ? 2025-2030)",
            "cron(0 0 3W,15 JAN,JUL ? *)",
            "cron(5,35 14 ? * 6L 2026)",
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
    }

    #[test]
    fn what_it_does_not_take() {
        let said = |text: &str| problem(text).unwrap_or_default();
        assert_eq!(said("5 minutes"), "`5 minutes` is neither `rate(…)` nor `cron(…)`.");
        assert_eq!(said("rate(5 minute)"), "EventBridge wants `rate(5 minutes)`.");
        assert_eq!(said("rate(1 hours)"), "EventBridge wants `rate(1 hour)`.");
        assert_eq!(said("rate(0 days)"), "`0` is no whole number from 1.");
        assert_eq!(said("rate(2 weeks)"), "`weeks` is none of `minutes`, `hours`, `days`.");
        assert_eq!(said("rate(5minutes)"), "A rate is a number and a unit, such as `rate(5 minutes)`.");
        assert!(said("cron(0 12 * * ?)").ends_with("this one has 5."));
        assert_eq!(said("cron(0 12 * * * *)"), "One of day of month and day of week must be `?`, and not both.");
        assert_eq!(said("cron(60 12 * * ? *)"), "`60` does not fit the field minutes, which goes from 0 to 59.");
        assert_eq!(said("cron(0 12 ? * 8#1 *)"), "`8#1` does not fit the field day of week, which goes from 1 to 7.");
    }
}

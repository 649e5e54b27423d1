//! Places in a usage plan, and what a patch makes of it.

use std::{collections::BTreeMap, fmt};

use super::{Live, Patch, PatchOp, Period, Quota, Throttle};
use crate::model::{Class, Part, Refusal, Text};

/// Every place that AWS names when it is given another.
const PLACES: &str = "/name, /description, /productCode, /throttle, /throttle/rateLimit, /throttle/burstLimit, /quota, /quota/limit, \
    /quota/offset, /quota/period, /apiStages, /apiStages/<apiId:stage>/throttle/<resourcePath>/<httpMethod>";

impl fmt::Display for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per second, {} at once", self.rate, self.burst)
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per {}", self.limit, self.period.as_aws().to_lowercase())?;
        if self.offset != 0 { write!(f, " from day {}", self.offset) } else { Ok(()) }
    }
}

/// Where the rate of a method is: its path is one element of the pointer, its verb another.
pub(super) fn method_path(stage: &Text, method: &str, leaf: Option<&str>) -> Text {
    let (path, verb) = method.rsplit_once('/').unwrap_or(("", method));
    let path = path.replace('~', "~0").replace('/', "~1");
    let leaf = leaf.map(|leaf| format!("/{leaf}")).unwrap_or_default();
    let before = Part::Known("/apiStages/".to_owned());
    let after = Part::Known(format!("/throttle/{path}/{verb}{leaf}"));
    Text::from_parts([before].into_iter().chain(stage.parts().iter().cloned()).chain([after]))
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Invalid, 400, "BadRequestException", message)
}

fn unknown(path: &str) -> Refusal {
    invalid(format!("Invalid patch path {path}. Must be one of: [{PLACES}]"))
}

/// Applies `patch` to `live`.
pub(super) fn apply(live: &mut Live, patch: &Patch) -> Result<(), Refusal> {
    let (path, value) = (patch.path.settled(), patch.value.as_ref().map(Text::settled).unwrap_or_default());
    let some = || Some(value.to_owned()).filter(|text| !text.is_empty());
    match (patch.op, path) {
        (PatchOp::Add, "/apiStages") => {
            live.stages.entry(value.to_owned()).or_default();
        }
        (PatchOp::Remove, "/apiStages") => {
            let gone = live.stages.remove(value);
            gone.ok_or_else(|| Refusal::new(Class::Absent, 404, "NotFoundException", format!("API Stage not found: {value}")))?;
        }
        (PatchOp::Replace, "/name") => value.clone_into(&mut live.name),
        (PatchOp::Replace, "/description") => live.description = some(),
        (PatchOp::Replace, "/productCode") => live.product_code = some(),
        (PatchOp::Remove, "/productCode") => live.product_code = None,
        (PatchOp::Remove, "/throttle") => live.throttle = None,
        (PatchOp::Remove, "/quota") => live.quota = None,
        (PatchOp::Replace, path) => {
            if let Some(leaf) = path.strip_prefix("/throttle/") {
                set_rate(live.throttle.get_or_insert(NO_THROTTLE), leaf, value).ok_or_else(|| unknown(path))?;
            } else if let Some(leaf) = path.strip_prefix("/quota/") {
                set_quota(live.quota.get_or_insert(NO_QUOTA), leaf, value).ok_or_else(|| unknown(path))?;
            } else {
                let (methods, method, leaf) = method_at(live, path).ok_or_else(|| unknown(path))?;
                let rate = methods.entry(method).or_insert(NO_THROTTLE);
                set_rate(rate, leaf.ok_or_else(|| unknown(path))?, value).ok_or_else(|| unknown(path))?;
            }
        }
        (PatchOp::Remove, path) => {
            let (methods, method, leaf) = method_at(live, path).ok_or_else(|| unknown(path))?;
            if leaf.is_some() {
                return Err(unknown(path));
            }
            methods.remove(&method);
        }
        (PatchOp::Add, path) => return Err(unknown(path)),
    }
    Ok(())
}

/// What a field stands beside before the rest of its group is set.
const NO_THROTTLE: Throttle = Throttle { rate: 0.0, burst: 0 };
const NO_QUOTA: Quota = Quota { limit: 0, offset: 0, period: Period::Day };

fn set_rate(throttle: &mut Throttle, leaf: &str, value: &str) -> Option<()> {
    match leaf {
        "rateLimit" => throttle.rate = value.parse().ok()?,
        "burstLimit" => throttle.burst = value.parse().ok()?,
        _ => return None,
    }
    Some(())
}

fn set_quota(quota: &mut Quota, leaf: &str, value: &str) -> Option<()> {
    match leaf {
        "limit" => quota.limit = value.parse().ok()?,
        "offset" => quota.offset = value.parse().ok()?,
        "period" => quota.period = Period::from_aws(value)?,
        _ => return None,
    }
    Some(())
}

type MethodAt<'l, 'p> = (&'l mut BTreeMap<String, Throttle>, String, Option<&'p str>);

/// `/apiStages/<id>/throttle/<path>/<verb>` with or without `/<leaf>`.
fn method_at<'l, 'p>(live: &'l mut Live, path: &'p str) -> Option<MethodAt<'l, 'p>> {
    let (id, rest) = path.strip_prefix("/apiStages/")?.split_once("/throttle/")?;
    let words: Vec<&str> = rest.split('/').collect();
    let (resource, verb, leaf) = match words.as_slice() {
        [resource, verb] => (resource, verb, None),
        [resource, verb, leaf] => (resource, verb, Some(*leaf)),
        _ => return None,
    };
    let resource = resource.replace("~1", "/").replace("~0", "~");
    Some((live.stages.get_mut(id)?, format!("{resource}/{verb}"), leaf))
}

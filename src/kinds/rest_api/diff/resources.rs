//! Resources: what is gone first, for a variable may only have one name among its siblings; then parents before children.

use super::{Differ, Notes};
use crate::{
    kinds::rest_api::{definition::ancestors, op::Op},
    model::Shown,
};

impl Differ<'_> {
    /// Removes resources that are not wanted. AWS removes children with their parent, so only the topmost is named.
    pub(super) fn remove_resources(&mut self) {
        let wanted = self.desired.definition.paths();
        let gone: Vec<String> =
            self.live.resource_ids.keys().filter(|path| !wanted.contains(*path)).cloned().collect();
        for path in &gone {
            let methods = self.live.definition.resources.get(path);
            for verb in methods.into_iter().flat_map(|methods| methods.keys()) {
                self.compare.whole(&format!("{verb} {path}"), "(method)".into(), Shown::Absent);
            }
        }
        let topmost =
            gone.iter().filter(|path| !ancestors(path).any(|above| gone.contains(&above))).cloned();
        for path in topmost.collect::<Vec<_>>() {
            self.compare.whole(&path, "(resource)".into(), Shown::Absent);
            self.apply(Op::DeleteResource { path });
        }
    }

    /// Creates resources that are wanted and not there. The order of paths puts parents first.
    pub(super) fn make_resources(&mut self) {
        let missing: Vec<String> = self
            .desired
            .definition
            .paths()
            .into_iter()
            .filter(|path| !self.live.resource_ids.contains_key(path))
            .collect();
        for path in missing {
            self.compare.whole(&path, Shown::Absent, "(resource)".into());
            self.push(Op::CreateResource { path });
        }
    }
}

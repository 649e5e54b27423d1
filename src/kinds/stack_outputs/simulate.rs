//! What a call makes of the recorded outputs. S3 refuses neither: replacing and deleting an object always work.

use super::{Live, Op};

pub(super) fn simulate(op: &Op) -> Option<Live> {
    match op {
        Op::Put { values, uses } => {
            let values = values.iter().map(|(name, text)| (name.clone(), text.settled().to_owned())).collect();
            Some(Live { values, uses: uses.clone() })
        }
        Op::Delete => None,
    }
}

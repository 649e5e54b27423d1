//! What discovery is asked for around a stage's own objects.

pub mod bootstrap;

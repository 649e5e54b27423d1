//! The built binary deploys the example systems to emulators over real HTTP; what is deployed is then called, changed, killed
//! half-way and removed.

#[expect(unused_imports, dead_code, reason = "this binary uses a part of it")]
mod support;

#[path = "emulators/calls.rs"]
mod calls;
#[path = "emulators/control_planes.rs"]
mod control_planes;
#[path = "emulators/killed.rs"]
mod killed;
#[path = "emulators/templates.rs"]
mod templates;
#[path = "emulators/tool.rs"]
mod tool;

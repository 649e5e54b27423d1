//! Lambda layers.

use super::super::reader::shape::shape;
use super::super::template::Template;
use super::Architecture;

shape! {
    /// A Lambda layer: files that functions find below `/opt`, such as `nodejs/node_modules` or `python`.
    #[name = "a layer"]
    pub struct Layer {
        /// The folder with its files, relative to the stack file. What lies in it lies in `/opt` of the functions.
        required code: Template,
        /// Files of the folder to take, as glob patterns; left out: all of them.
        list include: Template,
        /// Files of the folder to leave out, as glob patterns.
        list exclude: Template,
        /// A shell command that prepares the folder, such as `npm ci --omit=dev --prefix nodejs`. It runs in a copy, never in
        /// the folder itself.
        optional build: Template,
        /// What the layer is for, at most 160 characters.
        optional description: Template,
        /// Lambda's names of the runtimes it is made for, at most 15; for people only.
        list compatible_runtimes: Template,
        /// The processors it is made for: `x86_64`, `arm64`; for people only.
        list compatible_architectures: Architecture,
        /// Its licence: an SPDX identifier such as `MIT`, a URL, or the text; at most 512 characters.
        optional license: Template,
    }
}

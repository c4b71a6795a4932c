//! The `samlproof` binary.
fn main() {}

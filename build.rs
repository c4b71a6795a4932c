//! The catalogue is embedded: a changed scenario is a changed crate.

fn main() {
    println!("cargo::rerun-if-changed=scenarios");
}

//! The laws: the tables first, then how each is read off a file.

use super::source::Source;

/// A law reads one file and names its breaches, each as `src/file:line: what`.
pub(super) type Law = fn(&Source) -> Vec<String>;

/// What every room may import: a few lines that know nothing of samlproof.
pub(super) const FOR_ALL: &str = "excerpt";

/// Which room may import which, ARCHITECTURE.md's table. A room may always import itself.
pub(super) const MAY_IMPORT: &[(&str, &[&str])] = &[
    (FOR_ALL, &[]),
    ("saml", &[]),
    ("env", &[]),
    ("keys", &["env"]),
    ("net", &["keys", "env"]),
    ("crypto", &["saml", "keys"]),
    ("idp", &["saml", "env", "keys", "crypto"]),
    ("attack", &["saml", "crypto"]),
    ("serve", &["idp", "attack", "net", "saml", "env", "keys", "crypto"]),
    ("sp", &["saml"]),
    ("reference", &["sp", "net", "saml", "crypto", "keys", "env"]),
    ("mock", &["serve", "idp", "attack", "saml", "env", "keys"]),
    ("scenario", &["idp", "sp", "attack", "saml"]),
    ("plan", &["scenario", "sp", "idp", "attack", "saml"]),
    ("observation", &["saml", "sp"]),
    (
        "drive",
        &[
            "plan",
            "observation",
            "serve",
            "reference",
            "net",
            "sp",
            "idp",
            "attack",
            "saml",
            "env",
            "keys",
            "crypto",
        ],
    ),
    ("verdict", &["plan", "observation", "sp"]),
    ("snapshot", &["plan", "verdict", "observation"]),
    ("report", &["snapshot", "verdict", "observation", "plan", "scenario", "sp", "saml"]),
    (
        "run",
        &[
            "scenario",
            "plan",
            "drive",
            "observation",
            "verdict",
            "snapshot",
            "report",
            "reference",
            "sp",
            "idp",
            "env",
            "keys",
            "crypto",
        ],
    ),
    (
        "fuzz",
        &[
            "sp",
            "idp",
            "scenario",
            "plan",
            "observation",
            "drive",
            "verdict",
            "reference",
            "env",
            "saml",
            "keys",
            "crypto",
        ],
    ),
    ("capture", &["saml", "crypto", "sp", "idp", "scenario"]),
    ("doctor", &["net", "sp", "idp", "saml", "scenario"]),
    // The binary's own room: it reaches the library through `samlproof::`, like anybody else.
    ("cli", &[]),
];

/// The cap, in lines that hold code.
const MOST_CODE_LINES: usize = 400;

/// Words that say nothing of what a file, module or type is.
const EMPTY_WORDS: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "manager", "managers"];

/// Calls that reach for the clock or for chance, and the rooms that may make them. `*` is any name.
const AMBIENT: &[(&str, &str, &[&str])] = &[
    // The monotonic clock measures and bounds real waiting; no outcome may depend on it.
    ("Instant", "now", &["env", "net", "drive", "run", "cli"]),
    ("*", "now", &["env"]),
    // Keys and TLS take the system's randomness.
    ("SystemRandom", "new", &["env", "keys", "net", "crypto"]),
    ("rand", "fill", &["env", "keys", "net", "crypto"]),
    ("rand", "generate", &["env", "keys", "net", "crypto"]),
    ("rand", "random", &[]),
    ("rand", "rng", &[]),
    ("*", "thread_rng", &[]),
    ("OsRng", "*", &[]),
    ("getrandom", "*", &[]),
    ("Uuid", "*", &[]),
    ("fastrand", "*", &[]),
];

/// A room imports what its row of [`MAY_IMPORT`] allows.
pub(super) fn imports(source: &Source) -> Vec<String> {
    let room = source.room();
    let Some(row) = row_of(room) else {
        let what = format!("`{room}` has no row in the import table");
        return vec![source.breach(1, &what)];
    };
    let mut breaches = Vec::new();
    for import in Imports::of(source) {
        let what = match import.room.as_str() {
            other if other == room || other == FOR_ALL || row.contains(&other) => continue,
            "*" => format!("`{room}` imports everything; name the rooms"),
            "samlproof" => "`main` imports `samlproof`; that is for `cli` to do".into(),
            other if row_of(other).is_none() => {
                format!("`{other}` is no room; import it from the room it lives in")
            }
            other => format!("`{room}` imports `{other}`, but its row allows only {row:?}"),
        };
        breaches.push(source.breach(import.line, &what));
    }
    breaches.extend(cli_in_the_library(source));
    breaches
}

/// The row of a room. The two roots have none in the table: the library's face may re-export from
/// every room but the binary's, and `main` knows that one alone.
fn row_of(room: &str) -> Option<Vec<&'static str>> {
    match room {
        "lib" => Some(MAY_IMPORT.iter().map(|(name, _)| *name).filter(|n| *n != "cli").collect()),
        "main" => Some(vec!["cli"]),
        _ => MAY_IMPORT.iter().find(|(name, _)| *name == room).map(|(_, row)| row.to_vec()),
    }
}

fn cli_in_the_library(source: &Source) -> Option<String> {
    let place = (0..source.tokens.len()).find(|at| source.reads(*at, &["mod", "cli"]))?;
    let what = "`lib` holds `cli`; it belongs to the binary alone";
    (source.path == "lib.rs").then(|| source.breach(source.tokens[place].line, what))
}

/// One mention of a room.
struct Import {
    room: String,
    line: usize,
}

/// Finds the rooms that a file mentions, whichever way the path is written.
struct Imports<'a> {
    source: &'a Source,
    found: Vec<Import>,
    /// Inline modules around the present place: the depth of their braces.
    inside: Vec<usize>,
    depth: usize,
}

impl<'a> Imports<'a> {
    fn of(source: &'a Source) -> Vec<Import> {
        let mut imports = Self { source, found: Vec::new(), inside: Vec::new(), depth: 0 };
        for at in 0..source.tokens.len() {
            imports.step(at);
        }
        imports.found
    }

    fn step(&mut self, at: usize) {
        let source = self.source;
        // `a::self` and `$x.crate` do not begin a path; `$crate` does.
        let begins = at == 0 || source.text(at - 1) != "::";
        match source.text(at) {
            "{" => {
                self.depth += 1;
                if at >= 2 && source.text(at - 2) == "mod" {
                    self.inside.push(self.depth);
                }
            }
            "}" => {
                self.inside.pop_if(|depth| *depth == self.depth);
                self.depth -= 1;
            }
            "crate" if begins && source.text(at + 1) == "::" => self.look_below_root(at + 2),
            "crate" if begins && source.text(at + 1) == "as" => self.push("*", at),
            "self" if at > 0 && source.text(at - 1) == "crate" => self.push("*", at),
            "super" if begins => self.climb(at),
            "samlproof" if source.path == "main.rs" && begins => self.push("samlproof", at),
            text => {
                if let Some(path) = text.strip_prefix("\"crate::") {
                    let end = path.find(|c: char| c != '_' && !c.is_alphanumeric());
                    self.push(&path[..end.unwrap_or(path.len())], at);
                }
            }
        }
    }

    /// `super::super::x`: climbs, and looks only if it arrives at the crate's root.
    fn climb(&mut self, at: usize) {
        let mut next = at;
        let mut climbed = 0;
        while self.source.reads(next, &["super"]) {
            climbed += 1;
            next += 1;
            if self.source.text(next) == "::" {
                next += 1;
            }
        }
        if climbed >= self.source.module().len() + self.inside.len() && next > at + 1 {
            self.look_below_root(next);
        }
    }

    /// The names that stand directly below the crate's root, at `at`.
    fn look_below_root(&mut self, at: usize) {
        if self.source.text(at) != "{" {
            return self.push_name(at);
        }
        let end = self.source.after_group(at);
        let mut place = at + 1;
        while place + 1 < end {
            self.push_name(place);
            while place + 1 < end && self.source.text(place) != "," {
                let group = self.source.text(place) == "{";
                place = if group { self.source.after_group(place) } else { place + 1 };
            }
            place += 1;
        }
    }

    fn push_name(&mut self, at: usize) {
        let name = self.source.text(at);
        self.push(if name == "self" { "*" } else { name }, at);
    }

    fn push(&mut self, room: &str, at: usize) {
        self.found.push(Import { room: room.into(), line: self.source.tokens[at].line });
    }
}

/// A circle in a table of imports, if there is one.
pub(super) fn circle(table: &[(&'static str, &[&'static str])]) -> Option<Vec<&'static str>> {
    let mut left: Vec<_> = table.to_vec();
    loop {
        let before = left.len();
        let names: Vec<_> = left.iter().map(|(name, _)| *name).collect();
        left.retain(|(_, row)| row.iter().any(|other| names.contains(other)));
        match left.len() {
            0 => return None,
            after if after == before => return Some(names),
            _ => {}
        }
    }
}

/// A file has at most [`MOST_CODE_LINES`] lines of code.
pub(super) fn length(source: &Source) -> Vec<String> {
    let lines = source.code_lines.len();
    let what = format!("{lines} code lines; at most {MOST_CODE_LINES}, so part it");
    (lines > MOST_CODE_LINES).then(|| source.breach(1, &what)).into_iter().collect()
}

/// A `mod.rs` holds docs, `mod x;` and `use`.
pub(super) fn mod_files(source: &Source) -> Vec<String> {
    if !source.path.ends_with("/mod.rs") {
        return Vec::new();
    }
    let mut at = 0;
    while at < source.tokens.len() {
        at = match source.text(at) {
            "#" | "!" | "pub" => at + 1,
            "[" | "(" => source.after_group(at),
            "mod" if source.text(at + 2) == ";" => at + 3,
            "use" => end_of_use(source, at),
            other => {
                let name = if other == "mod" { source.text(at + 1) } else { "" };
                let what = format!("`{}`", format!("{other} {name}").trim_end());
                let what = format!("{what} in a mod.rs, which lists contents only");
                return vec![source.breach(source.tokens[at].line, &what)];
            }
        };
    }
    Vec::new()
}

fn end_of_use(source: &Source, at: usize) -> usize {
    (at..source.tokens.len()).find(|place| source.text(*place) == ";").map_or(at + 1, |end| end + 1)
}

/// Nothing outside tests calls `unwrap`.
pub(super) fn unwraps(source: &Source) -> Vec<String> {
    let called = |at: &usize| {
        *at > 0 && source.text(*at) == "unwrap" && matches!(source.text(*at - 1), "." | "::")
    };
    let what = "unwrap; return the error, or `expect` with the reason why it cannot happen";
    let calls = (0..source.tokens.len()).filter(called);
    calls.map(|at| source.breach(source.tokens[at].line, what)).collect()
}

/// Files, modules and types have names that say something, and nothing is called `get_x`.
pub(super) fn names(source: &Source) -> Vec<String> {
    let path = source.path.trim_end_matches(".rs");
    let mut breaches: Vec<_> = path
        .split('/')
        .filter(|name| is_empty_name(name))
        .map(|name| source.breach(1, &format!("`{name}` says nothing of what is in it")))
        .collect();
    for (at, token) in source.tokens.iter().enumerate() {
        let name = source.text(at + 1);
        let what = match token.text.as_str() {
            "mod" | "struct" | "enum" | "trait" | "type" if is_empty_name(name) => {
                format!("`{name}` says nothing of what it is")
            }
            "fn" if name.starts_with("get_") => {
                format!("`{name}`: name it after what it gives, without `get_`")
            }
            _ => continue,
        };
        breaches.push(source.breach(token.line, &what));
    }
    breaches
}

/// Whether one of the words of a name, `snake_case` or `CamelCase`, is empty.
fn is_empty_name(name: &str) -> bool {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    words.split('_').any(|word| EMPTY_WORDS.contains(&word))
}

/// The clock and chance are reached only where [`AMBIENT`] allows.
pub(super) fn ambience(source: &Source) -> Vec<String> {
    let mut breaches = Vec::new();
    for at in 0..source.tokens.len() {
        let (owner, call) = (source.text(at), source.text(at + 2));
        if source.text(at + 1) != "::" {
            continue;
        }
        let meant = |pattern: &str, text: &str| pattern == "*" || pattern == text;
        let law = AMBIENT.iter().find(|(left, right, _)| meant(left, owner) && meant(right, call));
        if let Some((_, _, rooms)) = law
            && !rooms.contains(&source.room())
        {
            let what = format!("`{owner}::{call}`; time and chance come from `Env`");
            breaches.push(source.breach(source.tokens[at].line, &what));
        }
    }
    breaches
}

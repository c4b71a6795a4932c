//! Every parser of what others have written, on made-up and on damaged documents: what the targets of
//! `fuzz/` hold, held of some hundred each.

use std::fs;

use proptest::prelude::*;
use proptest::sample::Index;
use samlproof::idp::SignParts;
use samlproof::saml::{
    AcsUrl, AuthnRequest, EntityId, IdpMetadata, Limits, LogoutRequest, MessageId, NameId,
    NameIdFormat, SpMetadata, encode_post, encode_redirect,
};
use samlproof::scenario::Source;

use crate::idp::fixture;

#[path = "../../fuzz/reads.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets use it as a crate of its own")]
mod reads;

/// A parser and the documents that it takes.
struct Parser {
    name: &'static str,
    read: fn(&[u8]),
    good: Vec<String>,
}

/// All of them; a test holds that each has a fuzz target.
fn parsers() -> Vec<Parser> {
    let parser = |name, read: fn(&[u8]), good| Parser { name, read, good };
    let request = authn_request();
    let signed = responses();
    let bound = vec![encode_redirect(&request), encode_post(&request), encode_post(&signed[0])];
    let sp = SpMetadata::new(EntityId::new("e"), AcsUrl::new("a"), NameIdFormat::email_address());
    let org = fixture::org(&fixture::env());
    let idp = samlproof::idp::metadata(&org, &org.apps[0], None).unwrap();
    IdpMetadata::parse(&idp).unwrap();
    vec![
        parser("authn_request", reads::authn_request, vec![request]),
        parser("response", reads::response, signed.clone()),
        parser("signature", reads::signature, signed),
        parser("idp_metadata", reads::idp_metadata, vec![idp]),
        parser("sp_metadata", reads::sp_metadata, vec![sp.to_xml()]),
        parser("logout", reads::logout, vec![logout_request()]),
        parser("binding", reads::binding, bound),
        parser("scenario", reads::scenario, files("scenarios/sp")),
        parser("profile", reads::profile, files("scenarios/profiles")),
        parser("org", reads::org, vec![file("src/cli/demo_org.toml")]),
        parser("expression", reads::expression, expressions()),
    ]
}

fn authn_request() -> String {
    AuthnRequest::new(MessageId::new("_1"), fixture::now(), EntityId::new("sp")).to_xml()
}

fn logout_request() -> String {
    let name_id = NameId { format: None, value: "jane@acme.example".into() };
    LogoutRequest::new(MessageId::new("_1"), fixture::now(), EntityId::new("sp"), name_id).to_xml()
}

fn responses() -> Vec<String> {
    let org = fixture::org(&fixture::env());
    [SignParts::Assertion, SignParts::Both]
        .map(|parts| {
            let mut login = fixture::Login::of(&org, "jane@acme.example");
            login.overrides.sign = Some(parts);
            login.issue(&fixture::env()).xml
        })
        .into()
}

fn expressions() -> Vec<String> {
    [
        "user.firstName + ' ' + String.toUpperCase(user.lastName)",
        "Arrays.contains(user.teams, 'ml') ? \"yes\" : user.salary > 3 AND !true",
        "isMemberOfGroupNameRegex('ml-.*') || Groups.startsWith('OKTA', 'ml-', 10)",
        "${user.login} and ${source.login}",
    ]
    .map(str::to_owned)
    .into()
}

fn file(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let toml = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
    toml.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// One thing that is done to a document, by places in it.
#[derive(Clone, Debug)]
enum Damage {
    Insert(Index, Vec<u8>),
    Delete(Index, usize),
    Duplicate(Index, usize, usize),
    Swap(Index, Index, usize),
    /// A part of the document inside itself, again and again.
    Nest(Index, usize, usize),
    LongName(Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 1..8),
        proptest::sample::select(
            &[
                "<",
                ">",
                "\"",
                "&#0;",
                "&a;",
                "]]>",
                "<!--",
                "xmlns=\"\"",
                "=",
                "[",
                "{x}",
                "é",
                "(",
                "'"
            ][..]
        )
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        4 => (at(), bytes).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        4 => (at(), 1usize..64).prop_map(|(at, length)| Damage::Delete(at, length)),
        2 => (at(), 1usize..400, 1usize..64).prop_map(|(at, l, n)| Damage::Duplicate(at, l, n)),
        4 => (at(), at(), 1usize..64).prop_map(|(a, b, length)| Damage::Swap(a, b, length)),
        1 => (at(), 1usize..64, 1usize..2000).prop_map(|(at, l, n)| Damage::Nest(at, l, n)),
        1 => (at(), 1usize..50_000).prop_map(|(at, length)| Damage::LongName(at, length)),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let range = |bytes: &[u8], at: &Index, length: usize| {
        let start = at.index(bytes.len());
        start..(start + length).min(bytes.len())
    };
    match damage {
        Damage::Insert(at, new) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, new.iter().copied());
        }
        Damage::Delete(at, length) => drop(bytes.drain(range(bytes, at, *length))),
        Damage::Duplicate(at, length, times) => {
            let range = range(bytes, at, *length);
            let part = bytes[range.clone()].repeat(*times);
            bytes.splice(range.end..range.end, part);
        }
        Damage::Swap(a, b, length) => {
            let (a, b) = (range(bytes, a, *length), range(bytes, b, *length));
            for (a, b) in a.zip(b) {
                bytes.swap(a, b);
            }
        }
        Damage::Nest(at, length, times) => {
            let range = range(bytes, at, *length);
            let middle = range.start + range.len() / 2;
            let (head, tail) =
                (bytes[range.start..middle].to_vec(), bytes[middle..range.end].to_vec());
            let inside = [head.repeat(*times), tail.repeat(*times)].concat();
            bytes.splice(middle..middle, inside);
        }
        Damage::LongName(at, length) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, std::iter::repeat_n(b'n', *length));
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn arbitrary_bytes_are_read_to_an_end() {
    let all = parsers();
    proptest!(config(300), |(bytes in proptest::collection::vec(any::<u8>(), 0..400))| {
        all.iter().for_each(|parser| (parser.read)(&bytes));
    });
    proptest!(config(300), |(text in "\\PC{0,200}")| {
        all.iter().for_each(|parser| (parser.read)(text.as_bytes()));
    });
}

#[test]
fn damaged_documents_are_read_to_an_end() {
    let all = parsers();
    proptest!(config(400), |(
        document in any::<Index>(),
        damages in proptest::collection::vec(damage(), 0..4),
    )| {
        for parser in &all {
            let mut bytes = parser.good[document.index(parser.good.len())].clone().into_bytes();
            damages.iter().for_each(|damage| apply(&mut bytes, damage));
            // What is cut inside a letter is no text, and no parser would be asked.
            let text = String::from_utf8_lossy(&bytes);
            (parser.read)(text.as_bytes());
        }
    });
}

#[test]
fn what_is_larger_or_deeper_than_anything_is_read_to_an_end() {
    let size = Limits::DOCUMENT.size.max(Source::MAX_BYTES) + 1;
    for parser in parsers() {
        for part in ["<a>", "(", "[", "{", "a.", "[[a]]\n", "a = {", "<a b='", "!", "${", "-", "a?"]
        {
            (parser.read)(part.repeat(size / part.len()).as_bytes());
            (parser.read)(part.repeat(20_000).as_bytes());
        }
        for good in parser.good.iter().take(2) {
            (parser.read)(good.repeat(size / good.len() + 1).as_bytes());
        }
    }
}

/// What a person gets wrong is often one word, and it may be as long as a page pasted in by mistake.
/// Damage at random places finds few of them: here it is each place where a word begins.
#[test]
fn a_word_of_any_length_anywhere_is_quoted_short() {
    for parser in parsers() {
        for good in &parser.good {
            let mut before = ' ';
            for (at, letter) in good.char_indices() {
                let begins = letter.is_alphanumeric() && !before.is_alphanumeric();
                before = letter;
                if begins {
                    let text = [&good[..at], &"n".repeat(5000), &good[at..]].concat();
                    (parser.read)(text.as_bytes());
                }
            }
        }
    }
}

#[test]
fn each_parser_has_its_target_and_each_target_its_parser() {
    let names: Vec<&str> = parsers().iter().map(|parser| parser.name).collect();
    let manifest = file("fuzz/Cargo.toml");
    let bins = manifest.split("[[bin]]").skip(1);
    let targets: Vec<&str> = bins.map(|bin| bin.split('"').nth(1).unwrap()).collect();
    assert_eq!(names, targets);
    for name in names {
        let target = file(&format!("fuzz/fuzz_targets/{name}.rs"));
        assert!(target.contains(&format!("reads::{name}(bytes)")), "{target}");
    }
}

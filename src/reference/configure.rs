//! Taking a configuration: all of it, or nothing and every problem.

use super::fault;
use super::server::Sp;
use super::store::{Book, Stored};
use crate::env::Ids;
use crate::sp::{
    Configuration, Entry, EntryName, MetadataSource, Problem, SeedUser, User, beyond_author,
    problems,
};

/// Stores a configuration.
///
/// # Errors
/// Every problem it has; then nothing of it is stored.
pub(super) async fn configure(sp: &Sp, given: Configuration) -> Result<(), Vec<Problem>> {
    let mut found = problems(&given);
    found.extend(sp.store.read(|book| beyond_author(&book.entries, &given)));
    found.extend(given.entries.iter().filter_map(|entry| unsigned(sp, entry)));
    found.extend(unavailable(sp, &given.entries).await);
    let found = fault::configure::found(sp.fault, found);
    if !found.is_empty() {
        return Err(found);
    }
    sp.store.write(|book| store(sp, book, given));
    Ok(())
}

/// A switch that could not do what it says.
fn unsigned(sp: &Sp, entry: &Entry) -> Option<Problem> {
    let idle = entry.settings.sign_authn && sp.signing_key.is_none();
    idle.then(|| Problem {
        place: format!("entry {}", entry.name.0),
        text: "sign_authn is on and this SP was started without a key".into(),
        row: "0",
    })
}

/// D20: a source that is new has to answer when it is saved. One that was there already may be down.
async fn unavailable(sp: &Sp, entries: &[Entry]) -> Vec<Problem> {
    let known: Vec<(EntryName, MetadataSource)> = sp.store.read(|book| {
        book.entries.iter().map(|entry| (entry.name.clone(), entry.metadata.clone())).collect()
    });
    let mut found = Vec::new();
    for entry in entries {
        let same = |(name, source): &(EntryName, MetadataSource)| {
            *name == entry.name && *source == entry.metadata
        };
        if known.iter().any(same) {
            continue;
        }
        if let Err(error) = sp.entries.probe(&entry.name, &entry.metadata).await {
            let place = format!("entry {}, metadata", entry.name.0);
            found.push(Problem { place, text: error.to_string(), row: "D20" });
        }
    }
    found
}

fn store(sp: &Sp, book: &mut Book, given: Configuration) {
    let Configuration { mut entries, resources, users, deleted_users, by: _ } = given;
    fault::configure::storing(sp.fault, book, &mut entries, sp.env.clock.now());
    book.entries = entries;
    book.resources = resources.into_iter().collect();
    for email in deleted_users {
        delete(sp, book, &email);
    }
    for seed in users {
        set(book, seed, &sp.env.ids);
    }
}

/// D19: whoever comes back is somebody new, so nothing of the old user may stay.
fn delete(sp: &Sp, book: &mut Book, email: &str) {
    let gone: Vec<String> = book.users_of(email).map(|stored| stored.user.id.clone()).collect();
    fault::configure::deleting(sp.fault, book, &gone);
    book.users.retain(|stored| !gone.contains(&stored.user.id));
    book.sessions.retain(|_, session| !gone.contains(&session.user_id));
    book.api_keys.retain(|_, user| !gone.contains(user));
    book.links.retain(|_, link| !link.email.eq_ignore_ascii_case(email));
}

/// Sets a user to exactly what is given; the id of one who is there stays.
fn set(book: &mut Book, seed: SeedUser, ids: &Ids) {
    let SeedUser { email, password, account, status, roles } = seed;
    let there = book.users.iter_mut().find(|stored| stored.user.email.eq_ignore_ascii_case(&email));
    let id = there.as_ref().map_or_else(|| ids.okta("usr"), |stored| stored.user.id.clone());
    let extra = there.as_ref().map(|stored| stored.user.extra.clone()).unwrap_or_default();
    let has_password = password.is_some();
    let user = User { id, email, account, status, has_password, roles, extra };
    let stored = Stored { user, password };
    match there {
        Some(place) => *place = stored,
        None => book.users.push(stored),
    }
}

//! Making the keys of apps when they are needed, off the request path where that can be.
//!
//! An RSA key takes a tenth of a second, or some of them. So apps are there before their keys
//! ([`crate::idp::AppKey::pending`]): whoever adds one is answered at once, the keys are made in the
//! background, and a request that comes first waits for its app's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{AppKeyError, AppKeys, OrgService};
use crate::idp::{App, Org};

/// What making keys needs, beside the org.
#[derive(Debug)]
pub(super) struct KeyMaking {
    source: Arc<AppKeys>,
    /// One key at a time, so that nobody makes the same twice.
    turn: tokio::sync::Mutex<()>,
    in_background: AtomicBool,
}

/// A key that is pending.
struct Pending {
    app: String,
    kid: String,
}

/// Why a key was not made.
#[derive(Debug, thiserror::Error)]
enum NotMade {
    #[error(transparent)]
    Key(#[from] AppKeyError),
    #[error("the thread that makes keys gave up: {0}")]
    Thread(#[from] tokio::task::JoinError),
}

impl KeyMaking {
    pub(super) fn new(source: AppKeys) -> Self {
        let (turn, in_background) = (tokio::sync::Mutex::new(()), AtomicBool::new(false));
        Self { source: Arc::new(source), turn, in_background }
    }
}

impl OrgService {
    /// The org with the keys made that the app signs with and publishes; as it was if they are there
    /// already, or cannot be made, which is logged.
    pub async fn keyed(&self, org: Arc<Org>, app: &str) -> Arc<Org> {
        let needed = |pending: &Pending, org: &Org| {
            let app = org.app_by_id(&pending.app);
            app.is_some_and(|app| app.needed_kids().any(|kid| kid == pending.kid))
        };
        let mut org = org;
        let mut pending = pending_of(&org, Some(app));
        pending.retain(|one| needed(one, &org));
        for one in &pending {
            if let Err(error) = self.make(one).await {
                tracing::error!(app = one.app, kid = one.kid, %error, "a key was not made");
                return org;
            }
            org = self.snapshot();
        }
        org
    }

    /// Makes one key of an app if it is pending. That it cannot be made is logged.
    pub(super) async fn made(&self, app: &str, kid: &str) {
        let pending = Pending { app: app.to_owned(), kid: kid.to_owned() };
        if let Err(error) = self.make(&pending).await {
            tracing::error!(app, kid, %error, "a key was not made");
        }
    }

    /// Makes all keys that are pending, without anybody waiting for it. Outside of a runtime they wait
    /// for the first request.
    pub(super) fn make_keys_in_background(&self) {
        if pending_of(&self.snapshot(), None).is_empty() {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if self.key_making().in_background.swap(true, Ordering::SeqCst) {
            return;
        }
        let service = self.clone();
        runtime.spawn(async move {
            let made = service.make_all().await;
            service.key_making().in_background.store(false, Ordering::SeqCst);
            match made {
                // One may have come just before the flag fell.
                Ok(()) => service.make_keys_in_background(),
                Err(error) => tracing::error!(%error, "a key was not made"),
            }
        });
    }

    async fn make_all(&self) -> Result<(), NotMade> {
        loop {
            let pending = pending_of(&self.snapshot(), None);
            let Some(next) = pending.first() else { return Ok(()) };
            self.make(next).await?;
        }
    }

    /// Makes a key, unless somebody else did or its app is gone.
    async fn make(&self, pending: &Pending) -> Result<(), NotMade> {
        let _turn = self.key_making().turn.lock().await;
        let org = self.snapshot();
        let app = org.app_by_id(&pending.app);
        let Some((app, index)) = app.and_then(|app| Some((app, still_pending(app, &pending.kid)?)))
        else {
            return Ok(());
        };
        let (id, source) = (app.id.clone(), self.key_making().source.clone());
        let now = self.env().clock.now();
        let making = tokio::task::spawn_blocking(move || {
            let app = org.app_by_id(&id).expect("it was there a moment ago, in the same copy");
            source.make(&org, app, index, now)
        });
        let key = making.await??;
        tracing::debug!(app = pending.app, kid = pending.kid, "made a key");
        self.update(|org| {
            let app = org.apps.iter_mut().find(|app| app.id == pending.app);
            let keys = app.map(|app| &mut app.keys).into_iter().flatten();
            for entry in keys.filter(|entry| entry.kid == pending.kid) {
                entry.make(key.clone());
            }
        });
        Ok(())
    }
}

fn pending_of(org: &Org, only: Option<&str>) -> Vec<Pending> {
    let apps = org.apps.iter().filter(|app| only.is_none_or(|id| app.id == id));
    let keys = apps.flat_map(|app| app.keys.iter().map(move |key| (app, key)));
    let pending = keys.filter(|(_, key)| key.key().is_none());
    pending.map(|(app, key)| Pending { app: app.id.clone(), kid: key.kid.clone() }).collect()
}

fn still_pending(app: &App, kid: &str) -> Option<usize> {
    app.keys.iter().position(|key| key.kid == kid && key.key().is_none())
}

impl App {
    /// The names of the keys that logins and metadata need.
    fn needed_kids(&self) -> impl Iterator<Item = &str> {
        let needed = self.published.iter().copied().chain([self.signing]);
        needed.filter_map(|index| Some(self.keys.get(index)?.kid.as_str()))
    }
}

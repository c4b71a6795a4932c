//! Activating, deactivating and deleting apps, whoever asks for it.

use http::HeaderMap;

use super::{Event, EventType, OrgService, Subject};
use crate::idp::AppStatus;

/// Why an app's lifecycle cannot go on like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AppLifecycleError {
    /// There is no such app.
    NoApp,
    /// One that is active is not deleted.
    Active,
}

impl OrgService {
    /// Activates or deactivates the app of this id, as a request with these headers wants it.
    pub(super) fn set_app_status(
        &self,
        id: &str,
        status: AppStatus,
        headers: &HeaderMap,
    ) -> Result<(), AppLifecycleError> {
        let now = self.now();
        let subject = self.update(|org| {
            let app = org.apps.iter_mut().find(|app| app.id == id)?;
            (app.status, app.last_updated) = (status, now);
            Some(Subject::from(&*app))
        });
        let kind = match status {
            AppStatus::Active => EventType::AppActivate,
            AppStatus::Inactive => EventType::AppDeactivate,
        };
        let subject = subject.ok_or(AppLifecycleError::NoApp)?;
        self.report(Event::new(kind).on(subject).from_request(headers));
        Ok(())
    }

    /// Deletes the app of this id, likewise.
    pub(super) fn delete_app(
        &self,
        id: &str,
        headers: &HeaderMap,
    ) -> Result<(), AppLifecycleError> {
        let subject = self.update(|org| {
            let app = org.app_by_id(id).ok_or(AppLifecycleError::NoApp)?;
            if app.status.is_active() {
                return Err(AppLifecycleError::Active);
            }
            let subject = Subject::from(app);
            self.note_gone(id, org);
            org.apps.retain(|app| app.id != id);
            Ok(subject)
        })?;
        self.report(Event::new(EventType::AppDelete).on(subject).from_request(headers));
        Ok(())
    }
}

//! Ctrl-C, and the polite kill.

use tokio::signal::unix::{SignalKind, signal};

/// Ends when the process is asked to end.
pub(crate) async fn interrupted() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        ctrl_c = tokio::signal::ctrl_c() => {
            if ctrl_c.is_err() {
                std::future::pending::<()>().await;
            }
        }
        _ = terminate.recv() => {}
    }
}

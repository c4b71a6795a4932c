//! What a handler left of a request's body.
//!
//! A server that answers and closes while its client is still sending is not heard: the connection is
//! reset, and many clients lose the answer with it. So what nobody read is taken off the wire first.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// A body that stays in reach of whoever handed it on.
#[derive(Clone)]
pub(super) struct Unread(Arc<Mutex<Shared>>);

struct Shared {
    body: Incoming,
    /// Whether its client sends it only when it is asked to: who looks into the body asks.
    on_demand: bool,
}

impl Unread {
    /// The most that is taken off the wire, in bytes: a client that sends more gets its reset.
    const MOST: usize = 64 << 20;
    /// The longest that is waited for it, all in all.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// `on_demand` is what `Expect: 100-continue` says.
    pub(super) fn new(body: Incoming, on_demand: bool) -> Self {
        Self(Arc::new(Mutex::new(Shared { body, on_demand })))
    }

    /// Reads to the end, or as much as may be, and keeps nothing. What was never asked for is not sent.
    pub(super) async fn discard(mut self) {
        if self.shared().on_demand {
            return;
        }
        let discard = async {
            let mut read = 0;
            while read <= Self::MOST {
                match poll_fn(|context| Pin::new(&mut self).poll_frame(context)).await {
                    Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
                    Some(Err(_)) | None => return,
                }
            }
        };
        let _ = tokio::time::timeout(Self::PATIENCE, discard).await;
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body for Unread {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut shared = self.shared();
        shared.on_demand = false;
        Pin::new(&mut shared.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.shared().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.shared().body.size_hint()
    }
}

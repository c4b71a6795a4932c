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
pub(super) struct Unread(Arc<Mutex<Incoming>>);

impl Unread {
    /// The most that is taken off the wire, in bytes: a client that sends more gets its reset.
    const MOST: usize = 64 << 20;
    /// The longest that is waited for it, all in all.
    const PATIENCE: Duration = Duration::from_secs(2);

    pub(super) fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }

    /// Reads to the end, or as much as may be, and keeps nothing.
    pub(super) async fn discard(mut self) {
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

    fn body(&self) -> MutexGuard<'_, Incoming> {
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
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}

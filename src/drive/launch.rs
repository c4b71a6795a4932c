//! Starting somebody else's SP, and ending it: its own process group, its words kept for errors.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Child;
use tokio::task::JoinSet;

use super::command::program_in;
use super::group::Group;
use super::placeholders::Placeholders;
use crate::net::{Client, parse_url};
use crate::observation::Trouble;
use crate::sp::Launch;

/// How long a process may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(3);

/// How often a starting SP is asked whether it is ready.
const PAUSE: Duration = Duration::from_millis(100);

/// How long it may take to answer that.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Lines of output that are kept for an error message.
const KEPT_LINES: usize = 20;

/// A running SP. Dropping it kills its process group.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    group: Group,
    output: Output,
}

/// The last lines a process printed.
#[derive(Debug, Default)]
struct Output {
    lines: Arc<Mutex<VecDeque<String>>>,
    readers: JoinSet<()>,
}

impl Running {
    /// Starts the SP and waits until it answers.
    ///
    /// # Errors
    /// [`Trouble::Launch`] with what was tried and what the process printed, if another program
    /// answers in its place, or it cannot be started, ends, or does not answer in time. The process
    /// is gone then.
    pub(super) async fn start(
        launch: &Launch,
        env: &BTreeMap<String, String>,
        places: &Placeholders,
        client: &Client,
    ) -> Result<Self, Trouble> {
        let ready = places.fill(&launch.ready);
        unanswered(&ready, launch, client).await?;
        let mut running = Self::spawn(launch, env, places)?;
        match running.until_ready(&ready, launch, client).await {
            Ok(()) => Ok(running),
            Err(why) => {
                running.end().await;
                let said = running.output.text();
                let command = launch.command.join(" ");
                let folder = launch.directory.display();
                Err(Trouble::Launch(format!("`{command}` (in {folder}) {why}{said}")))
            }
        }
    }

    fn spawn(
        launch: &Launch,
        env: &BTreeMap<String, String>,
        places: &Placeholders,
    ) -> Result<Self, Trouble> {
        let filled: Vec<String> = launch.command.iter().map(|part| places.fill(part)).collect();
        let (program, arguments) = filled
            .split_first()
            .ok_or_else(|| Trouble::Launch("the launch command is empty".into()))?;
        let mut child = program_in(&launch.directory, program, arguments, env)
            .spawn()
            .map_err(|cause| {
                let folder = launch.directory.display();
                Trouble::Launch(format!(
                    "`{program}` cannot be started in {folder}: {cause}; is everything it needs installed?"
                ))
            })?;
        let group = Group::led_by(&child);
        let mut output = Output::default();
        output.listen(child.stdout.take());
        output.listen(child.stderr.take());
        Ok(Self { child, group, output })
    }

    async fn until_ready(
        &mut self,
        ready: &str,
        launch: &Launch,
        client: &Client,
    ) -> Result<(), String> {
        let url = parse_url(ready).map_err(|error| error.to_string())?;
        let within = Duration::try_from(launch.ready_within).unwrap_or(Duration::from_secs(30));
        let client = client.with_timeout(within.min(ANSWER_WITHIN));
        let mut why = String::from("no answer");
        let attempts = async {
            loop {
                if let Ok(Some(status)) = self.child.try_wait() {
                    return Err(format!("ended with {status} before {ready} answered"));
                }
                why = match client.get(&url).await {
                    Ok(answer) if answer.status.as_u16() < 500 => return Ok(()),
                    Ok(answer) => format!("status {}", answer.status.as_u16()),
                    Err(error) => error.to_string(),
                };
                tokio::time::sleep(PAUSE).await;
            }
        };
        let ended = tokio::time::timeout(within, attempts).await;
        ended.unwrap_or_else(|_| {
            Err(format!("was not ready within {:#}: {ready} gave: {why}", launch.ready_within))
        })
    }

    /// How the process ended, if it has, and what it printed last: for an error message. Empty if
    /// there is nothing to say.
    pub(super) fn said(&mut self) -> String {
        let ended = match self.child.try_wait() {
            Ok(Some(status)) => format!("; the SP had ended with {status}"),
            _ => String::new(),
        };
        format!("{ended}{}", self.output.text())
    }

    /// Ends the process group: first asks, then kills.
    pub(super) async fn stop(mut self) {
        self.end().await;
    }

    async fn end(&mut self) {
        self.group.signal(Signal::TERM);
        if tokio::time::timeout(GRACE, self.child.wait()).await.is_err() {
            self.group.signal(Signal::KILL);
            // It was killed: waiting only takes it off the process table.
            let _ = self.child.wait().await;
        }
        // Grandchildren that outlived their parent.
        self.group.signal(Signal::KILL);
        self.group.forget();
        self.output.end().await;
    }
}

/// Whatever answers before the SP is started is not the SP.
async fn unanswered(ready: &str, launch: &Launch, client: &Client) -> Result<(), Trouble> {
    let url = parse_url(ready).map_err(|error| Trouble::Launch(error.to_string()))?;
    match client.with_timeout(ANSWER_WITHIN).get(&url).await {
        Ok(answer) if answer.status.as_u16() < 500 => Err(Trouble::Launch(format!(
            "{ready} answers already (status {}), before `{}` is started: another program has its \
             port, perhaps one that an earlier run left; end that, or give the SP `{{port}}`",
            answer.status.as_u16(),
            launch.command.join(" "),
        ))),
        Ok(_) | Err(_) => Ok(()),
    }
}

impl Output {
    fn listen(&mut self, from: Option<impl AsyncRead + Unpin + Send + 'static>) {
        let Some(from) = from else { return };
        let kept = Arc::clone(&self.lines);
        self.readers.spawn(async move {
            let mut lines = BufReader::new(from).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let Ok(mut kept) = kept.lock() else { return };
                if kept.len() == KEPT_LINES {
                    kept.pop_front();
                }
                kept.push_back(line.chars().take(400).collect());
            }
        });
    }

    /// Waits until everything that was printed is read, unless somebody keeps the pipes open.
    async fn end(&mut self) {
        let read = async { while self.readers.join_next().await.is_some() {} };
        // What is not read by then is not worth more waiting.
        let _ = tokio::time::timeout(GRACE, read).await;
    }

    fn text(&self) -> String {
        let lines =
            self.lines.lock().map(|kept| kept.iter().cloned().collect()).unwrap_or_default();
        let lines: Vec<String> = lines;
        if lines.is_empty() {
            return String::new();
        }
        format!("; it printed:\n    {}", lines.join("\n    "))
    }
}

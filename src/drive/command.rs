//! Programs that stand for adapters: JSON on standard input, JSON on standard output.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::group::Group;
use crate::observation::Trouble;

/// The most that a program may answer, in bytes.
const LARGEST_ANSWER: u64 = 16 * 1024 * 1024;

/// How an adapter's program is run.
#[derive(Clone, Debug)]
pub(super) struct Program<'a> {
    /// Program and arguments.
    pub(super) command: Vec<String>,
    /// Where it runs.
    pub(super) folder: &'a Path,
    /// Its environment, added to ours.
    pub(super) env: &'a BTreeMap<String, String>,
    /// How long it may take.
    pub(super) within: Duration,
}

impl Program<'_> {
    /// Runs it and reads its answer. Its end is waited for; when it takes too long it is killed, with
    /// all that it started.
    pub(super) async fn run(&self, input: &Value) -> Result<Value, Trouble> {
        let shown = self.command.join(" ");
        let answer = |found: String| Trouble::Adapter {
            adapter: format!("the command `{shown}`"),
            found,
            wanted: "JSON and exit status 0".into(),
        };
        let (program, arguments) =
            self.command.split_first().ok_or_else(|| answer("an empty command".into()))?;
        let mut child = program_in(self.folder, program, arguments, self.env)
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|cause| {
                answer(format!(
                    "nothing: it cannot be started in {} ({cause})",
                    self.folder.display()
                ))
            })?;
        let mut group = Group::led_by(&child);
        let (mut stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let conversation = async {
            let write = async {
                if let Some(mut stdin) = stdin.take() {
                    // A program that does not read its input may close it: its answer counts.
                    let _ = stdin.write_all(input.to_string().as_bytes()).await;
                }
            };
            let ((), out, err) = tokio::join!(write, read(stdout), read(stderr));
            (child.wait().await, out, err)
        };
        let seconds = self.within.as_secs();
        let (status, out, err) = tokio::time::timeout(self.within, conversation)
            .await
            .map_err(|_| Trouble::TimedOut { url: format!("the command `{shown}`"), seconds })?;
        // It may have started something that is to stay, an SP for one.
        group.forget();
        match status {
            Ok(status) if status.success() => serde_json::from_slice(&out)
                .map_err(|cause| answer(format!("{:?} ({cause})", excerpt(&out)))),
            Ok(status) => Err(answer(format!("{status}: {}", excerpt(&err)))),
            Err(cause) => Err(answer(cause.to_string())),
        }
    }
}

/// A program in a process group of its own, whose output is ours to read and which ends with us.
pub(super) fn program_in(
    folder: &Path,
    program: &str,
    arguments: &[String],
    env: &BTreeMap<String, String>,
) -> Command {
    let mut command = Command::new(located(program, folder));
    command
        .args(arguments)
        .current_dir(folder)
        .envs(env)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    command
}

/// A program with a slash in its name is looked up from the folder it runs in, any other in `PATH`.
fn located(program: &str, folder: &Path) -> PathBuf {
    let below = folder.join(program);
    if program.contains('/') {
        std::path::absolute(&below).unwrap_or(below)
    } else {
        program.into()
    }
}

async fn read(from: Option<impl AsyncReadExt + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        // What was read before an error is still worth showing.
        let _ = from.take(LARGEST_ANSWER).read_to_end(&mut bytes).await;
    }
    bytes
}

/// The end of a text: programs say last what went wrong.
fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let skipped = text.trim().chars().count().saturating_sub(300);
    text.trim().chars().skip(skipped).collect()
}

//! The HTTP side of an SP that misbehaves. The program that samlproof launches is a shell script.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What is done with a request.
pub(super) enum Reply {
    /// It is answered with this status.
    Status(u16),
    /// It is never answered.
    Silence,
    /// The connection is closed.
    Close,
}

/// A server on loopback; its threads end with the test's process.
pub(super) struct Stub {
    pub(super) port: u16,
    paths: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    pub(super) fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let paths = Arc::new(Mutex::new(Vec::new()));
        let (seen, reply) = (Arc::clone(&paths), Arc::new(reply));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
                std::thread::spawn(move || serve(stream, &seen, reply.as_ref()));
            }
        });
        Self { port, paths }
    }

    /// How often a path was asked for.
    pub(super) fn asked(&self, path: &str) -> usize {
        self.paths.lock().unwrap().iter().filter(|seen| *seen == path).count()
    }
}

/// One request of one connection.
fn serve(stream: TcpStream, seen: &Mutex<Vec<String>>, reply: &dyn Fn(&str) -> Reply) {
    let mut reader = BufReader::new(&stream);
    let mut head = Vec::new();
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
        head.push(std::mem::take(&mut line));
    }
    let length = head.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)) else { return };
    let first = {
        let mut seen = seen.lock().unwrap();
        seen.push(path.to_owned());
        seen.iter().filter(|one| *one == path).count() == 1
    };
    // samlproof asks once before it launches anything, and takes an answer for another program's.
    let reply = if path == "/ready" && first { Reply::Status(503) } else { reply(path) };
    match reply {
        Reply::Status(status) => {
            let answer =
                format!("HTTP/1.1 {status} Told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = (&stream).write_all(answer.as_bytes());
        }
        Reply::Silence => std::thread::park(),
        Reply::Close => {}
    }
}

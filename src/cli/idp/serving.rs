//! Serving until it is told to stop.

use std::pin::pin;

use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{Org, Sown};
use samlproof::serve::{Listen, OrgServer, OrgService};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::args::IdpArgs;
use super::failure::Failure;
use super::log::LogLevel;
use super::output;
use super::prepared::{OrgFile, Prepared, PreparedOrg};
use crate::cli::exit::Exit;
use crate::cli::interrupt::interrupted;

/// Serves until it is told to stop, and says how it ended.
pub(crate) fn execute(args: &IdpArgs) -> Exit {
    let level = if args.verbose { LogLevel::Debug } else { args.log };
    level.start();
    match Prepared::new(args).and_then(|prepared| served(args, prepared)) {
        Ok(()) => Exit::Success,
        Err(failure) => failure.print(),
    }
}

/// An org that is served, and its file.
struct Served {
    server: OrgServer,
    file: OrgFile,
}

fn served(args: &IdpArgs, prepared: Prepared) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::Runtime)?;
    let ended = runtime.block_on(serve(args, prepared));
    // A key that is being made is nobody's any more.
    runtime.shutdown_background();
    ended
}

async fn serve(args: &IdpArgs, prepared: Prepared) -> Result<(), Failure> {
    let mut stop = pin!(interrupted());
    let mut hang_up = signal(SignalKind::hangup()).map_err(Failure::Runtime)?;
    // Listens for signals from here on: whoever reads the addresses may stop it at once.
    tokio::select! {
        biased;
        () = &mut stop => return Ok(()),
        () = std::future::ready(()) => {}
    }
    let ca_file = prepared.authority.as_ref().map(|(_, path)| path.clone());
    let mut served = start(args, prepared).await?;
    output::warn(args);
    let orgs: Vec<(Org, &OrgFile)> =
        served.iter().map(|served| (served.server.service().org(), &served.file)).collect();
    match args.json {
        true => output::json_line(&orgs, ca_file.as_deref(), args.data.as_deref()),
        false => output::text(&orgs, ca_file.as_deref()),
    }
    tokio::select! {
        () = stop => {}
        () = reloading(&mut hang_up, &mut served) => {}
    }
    let mut kept = Ok(());
    for Served { server, .. } in served {
        kept = kept.and(server.service().flushed().await);
        server.stop().await;
    }
    kept.map_err(Failure::NotKept)
}

async fn start(args: &IdpArgs, prepared: Prepared) -> Result<Vec<Served>, Failure> {
    let mut served = vec![];
    for (index, PreparedOrg { org, file, data }) in prepared.orgs.into_iter().enumerate() {
        let host = if args.host.len() > 1 { args.host.get(index) } else { args.host.first() };
        let further = u16::try_from(index).unwrap_or(u16::MAX);
        let port = if args.port == 0 { 0 } else { args.port.saturating_add(further) };
        let listen = Listen {
            addr: Some((args.bind, port).into()),
            host: host.map(String::as_str),
            authority: prepared.authority.as_ref().map(|(authority, _)| authority),
        };
        let (env, engine, keys) = (Env::real(), Engine::default(), file.keys.clone());
        let service = match data {
            None => OrgService::with_keys(org, env, engine, keys),
            Some(data) => OrgService::kept(org, env, engine, keys, data).map_err(Failure::Data)?,
        };
        service.limit_rate(args.rate_limit);
        let server = OrgServer::start(&listen, service).await.map_err(Failure::Start)?;
        server.service().flushed().await.map_err(Failure::NotKept)?;
        served.push(Served { server, file });
    }
    Ok(served)
}

/// Reads the files again whenever the process is told to, for ever.
async fn reloading(hang_up: &mut Signal, served: &mut [Served]) {
    while hang_up.recv().await.is_some() {
        for served in &mut *served {
            // Reading a file takes its time: the other tasks go on meanwhile.
            tokio::task::block_in_place(|| served.reload());
        }
    }
    std::future::pending().await
}

impl Served {
    /// Takes the file over, or says what is wrong with it.
    fn reload(&mut self) {
        let file = self.file.name();
        match self.taken_over() {
            Ok(Some(sown)) => tracing::info!(file, changes = %sown, "the org file was read again"),
            Ok(None) => tracing::warn!("there is no org file to read again: this is the demo org"),
            Err(failure) => {
                tracing::warn!(file, "the org file is wrong; the org goes on as it was");
                failure.print();
            }
        }
    }

    fn taken_over(&mut self) -> Result<Option<Sown>, Failure> {
        let Some(draft) = self.file.read()? else { return Ok(None) };
        self.server.service().update(|org| self.file.take_over(draft, org)).map(Some)
    }
}

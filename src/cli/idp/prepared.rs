//! Everything that can be wrong before something is started.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use samlproof::env::Env;
use samlproof::idp::{AppDraft, Org, OrgDraft, Sown};
use samlproof::keys::{KeyStore, StoreError, TlsAuthority};
use samlproof::scenario::{Source, parse_org};
use samlproof::serve::{AppKeyError, AppKeys, OrgData};

use super::args::{DEMO_ORG, IdpArgs};
use super::failure::Failure;

/// The orgs that are to be served, read and checked.
pub(super) struct Prepared {
    pub(super) orgs: Vec<PreparedOrg>,
    /// The CA for TLS, and the file of its certificate.
    pub(super) authority: Option<(TlsAuthority, PathBuf)>,
}

/// One org, and what it was made from.
pub(super) struct PreparedOrg {
    pub(super) org: Org,
    pub(super) file: OrgFile,
    /// Where it is kept, if it is.
    pub(super) data: Option<OrgData>,
}

/// An org file as it was taken over last.
pub(super) struct OrgFile {
    /// `None` for the demo org.
    path: Option<PathBuf>,
    pub(super) draft: OrgDraft,
    pub(super) keys: AppKeys,
}

impl Prepared {
    pub(super) fn new(args: &IdpArgs) -> Result<Self, Failure> {
        let files: Vec<Option<&Path>> = match args.files.as_slice() {
            [] => vec![None],
            files => files.iter().map(|file| Some(file.as_path())).collect(),
        };
        check_counts(args, files.len())?;
        let mut drafts = vec![];
        for file in files {
            drafts.push((file, parsed(file)?));
        }
        check_subdomains(&drafts)?;
        let authority = authority(args)?;
        if let Some(folder) = &args.keys {
            make_folder(folder)?;
        }
        let keys = args.keys.clone().map_or(AppKeys::Fresh, AppKeys::Kept);
        let mut orgs = vec![];
        for (file, draft) in drafts {
            let folder = args.data.as_deref();
            let data =
                folder.map(|folder| OrgData::open(OrgData::path_in(folder, &draft.subdomain)));
            let data = data.transpose().map_err(Failure::Data)?;
            orgs.push(PreparedOrg::new(file, draft, &keys, data)?);
        }
        Ok(Self { orgs, authority })
    }
}

/// A folder that cannot be is told before anything is served, not when the first key is made.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|source| {
        let (path, action) = (folder.to_owned(), "making the folder");
        Failure::Key(AppKeyError::Store(StoreError::File { path, action, source }))
    })
}

impl PreparedOrg {
    fn new(
        path: Option<&Path>,
        draft: OrgDraft,
        keys: &AppKeys,
        data: Option<OrgData>,
    ) -> Result<Self, Failure> {
        let kept = data.as_ref().map(OrgData::load).transpose().map_err(Failure::Data)?.flatten();
        let mut org = kept.unwrap_or_else(|| draft.empty_org());
        let path = path.map(Path::to_owned);
        let file = OrgFile { path, draft, keys: keys.clone() };
        file.sow(&mut org)?;
        Ok(Self { org, file, data })
    }
}

impl OrgFile {
    /// Reads the file again. `None` if there is no file.
    pub(super) fn read(&self) -> Result<Option<OrgDraft>, Failure> {
        let Some(path) = &self.path else { return Ok(None) };
        let draft = parsed(Some(path))?;
        if draft.subdomain != self.draft.subdomain {
            return Err(Failure::Unfit(format!(
                "{}: the subdomain was {:?} and is {:?} now; all ids and entity ids follow from it, \
                 so this takes a restart",
                path.display(),
                self.draft.subdomain,
                draft.subdomain
            )));
        }
        Ok(Some(draft))
    }

    /// Takes over what a new state of the file says otherwise.
    pub(super) fn take_over(&mut self, draft: OrgDraft, org: &mut Org) -> Result<Sown, Failure> {
        let before = std::mem::replace(&mut self.draft, draft);
        let sown = self.sow(org);
        if sown.is_err() {
            self.draft = before;
        }
        sown
    }

    /// The file, as messages name it.
    pub(super) fn name(&self) -> String {
        let path = self.path.as_ref().map(|path| path.display().to_string());
        path.unwrap_or_else(|| "the demo org".to_owned())
    }

    /// Where an app's key is kept, if keys are.
    pub(super) fn key_file(&self, app: &AppDraft) -> Option<PathBuf> {
        self.keys.path(&self.draft.subdomain, app)
    }

    fn sow(&self, org: &mut Org) -> Result<Sown, Failure> {
        let Self { draft, keys, .. } = self;
        let env = Env::real();
        let key = |app: &AppDraft| keys.key(&draft.subdomain, app, &env);
        draft.sow(org, env.clock.now(), key).map_err(Failure::Key)
    }
}

fn check_counts(args: &IdpArgs, orgs: usize) -> Result<(), Failure> {
    if args.host.len() > 1 && args.host.len() != orgs {
        let text = format!("--host is there {} times for {orgs} orgs", args.host.len());
        return Err(Failure::Usage(text));
    }
    let last = usize::from(args.port) + orgs - 1;
    if args.port != 0 && last > usize::from(u16::MAX) {
        let text = format!("{orgs} orgs need the ports {} to {last}; the last is 65535", args.port);
        return Err(Failure::Usage(text));
    }
    Ok(())
}

/// Ids follow from the subdomain: two orgs of one would have the same entity ids, and key files.
fn check_subdomains(drafts: &[(Option<&Path>, OrgDraft)]) -> Result<(), Failure> {
    for (index, (file, draft)) in drafts.iter().enumerate() {
        let twin = drafts[..index].iter().find(|(_, other)| other.subdomain == draft.subdomain);
        if let (Some((first, _)), Some(second)) = (twin, file) {
            return Err(Failure::Unfit(format!(
                "{} and {} have the same subdomain, {:?}: ids, entity ids and key files follow from \
                 it, so each org needs one of its own",
                first.unwrap_or(second).display(),
                second.display(),
                draft.subdomain
            )));
        }
    }
    Ok(())
}

fn authority(args: &IdpArgs) -> Result<Option<(TlsAuthority, PathBuf)>, Failure> {
    let folder = args.ca.as_ref().or(args.keys.as_ref()).or(args.data.as_ref());
    match (args.https, folder) {
        (false, _) => Ok(None),
        (true, None) => Err(Failure::Usage(NO_FOLDER.to_owned())),
        (true, Some(folder)) => {
            let store = KeyStore::new(folder, "tls-ca");
            let now = Env::real().clock.now();
            let authority = store.load_or_make_authority(now).map_err(Failure::Authority)?;
            Ok(Some((authority, store.certificate_path())))
        }
    }
}

const NO_FOLDER: &str = "--https needs --ca DIR (or --keys DIR, --data DIR) to keep the CA in: whoever is to \
                         reach the org must trust the certificate tls-ca.crt there";

fn parsed(file: Option<&Path>) -> Result<OrgDraft, Failure> {
    parse_org(&source(file)?).map_err(Failure::Parse)
}

fn source(file: Option<&Path>) -> Result<Source, Failure> {
    let Some(file) = file else { return Ok(Source::new("the demo org", DEMO_ORG)) };
    let mut text = String::new();
    // One byte too many is enough for the parser to refuse the file.
    let limit = Source::MAX_BYTES as u64 + 1;
    match File::open(file).and_then(|file| file.take(limit).read_to_string(&mut text)) {
        Ok(_) => Ok(Source::new(file.display().to_string(), text)),
        Err(error) => Err(Failure::Unreadable(file.to_owned(), error)),
    }
}

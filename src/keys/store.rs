//! A folder where a key is kept.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use jiff::Timestamp;

use super::{
    Certificate, CertificateProfile, KeyError, KeyKind, SigningKey, StoreError, TlsAuthority,
};

/// Keeps one named signing key in a folder, and those that were rotated out beside it.
///
/// `NAME.pem` holds private key and certificate together, so that the two can never be torn apart,
/// and only its owner may read it. `NAME.crt` is the certificate alone, to be handed out. A rotated
/// key is `NAME-SERIAL.pem` and `NAME-SERIAL.crt`.
#[derive(Clone, Debug)]
pub struct KeyStore {
    folder: PathBuf,
    name: String,
}

/// What a rotation did.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The key that was in use, still in the folder.
    pub old: SigningKey,
    /// The key that is in use now.
    pub new: SigningKey,
    /// Where the old one is kept.
    pub kept: PathBuf,
}

impl KeyStore {
    /// The store of the key `name` in `folder`, which is made when something is written.
    pub fn new(folder: impl Into<PathBuf>, name: impl Into<String>) -> Self {
        Self { folder: folder.into(), name: name.into() }
    }

    /// The file with the private key and the certificate in use.
    pub fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.pem", self.name))
    }

    /// The file with the certificate in use.
    pub fn certificate_path(&self) -> PathBuf {
        self.folder.join(format!("{}.crt", self.name))
    }

    /// The key in use, if there is one.
    pub fn load(&self) -> Result<Option<SigningKey>, StoreError> {
        self.read(|pem| SigningKey::from_pem(pem, pem))
    }

    /// The CA kept here under this name; makes one if there is none. Of two that make one at once,
    /// both get the CA that came first.
    pub fn load_or_make_authority(&self, now: Timestamp) -> Result<TlsAuthority, StoreError> {
        if let Some(authority) = self.read(TlsAuthority::from_pem)? {
            return Ok(authority);
        }
        let authority = TlsAuthority::new(now)?;
        match self.write_new(&authority.to_pem(), authority.certificate()) {
            Ok(()) => Ok(authority),
            Err(StoreError::Exists { path }) => {
                self.read(TlsAuthority::from_pem)?.ok_or(StoreError::Absent { path })
            }
            Err(error) => Err(error),
        }
    }

    /// The key in use; makes one if there is none. Of two that make one at once, both get the key
    /// that came first.
    pub fn load_or_make(
        &self,
        kind: KeyKind,
        profile: &CertificateProfile,
        now: Timestamp,
    ) -> Result<SigningKey, StoreError> {
        if let Some(key) = self.load()? {
            return Ok(key);
        }
        match self.make(kind, profile, now) {
            Err(StoreError::Exists { path }) => self.load()?.ok_or(StoreError::Absent { path }),
            made => made,
        }
    }

    /// Makes a key; fails if there is one.
    pub fn make(
        &self,
        kind: KeyKind,
        profile: &CertificateProfile,
        now: Timestamp,
    ) -> Result<SigningKey, StoreError> {
        if self.path().exists() {
            return Err(StoreError::Exists { path: self.path() });
        }
        let key = SigningKey::generate(kind, profile, now)?;
        self.write_new(&key.to_pem(), key.certificate())?;
        Ok(key)
    }

    /// Keeps a PEM text with a private key and its certificate (a [`super::TlsAuthority`], say);
    /// fails if there is one already.
    pub fn write_new(&self, pem: &str, certificate: &Certificate) -> Result<(), StoreError> {
        let path = self.path();
        let temporary = self.temporary(pem)?;
        // A link fails where a rename would replace; where the file system has no links, looking
        // first has to do.
        let placed = match fs::hard_link(&temporary, &path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !path.exists() => {
                fs::rename(&temporary, &path)
            }
            linked => linked,
        };
        // Gone already after a rename.
        let _ = fs::remove_file(&temporary);
        match placed {
            Ok(()) => self.publish(certificate),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(StoreError::Exists { path })
            }
            Err(error) => Err(refused(&path, "writing")(error)),
        }
    }

    /// Keeps a PEM text as [`KeyStore::write_new`] does, and loses what was there.
    pub fn overwrite(&self, pem: &str, certificate: &Certificate) -> Result<(), StoreError> {
        let temporary = self.temporary(pem)?;
        fs::rename(&temporary, self.path()).map_err(refused(&self.path(), "writing"))?;
        self.publish(certificate)
    }

    /// Replaces the key in use by a new one of the same kind and keeps the old one under its serial
    /// number. The new certificate's CN is `subdomain`, or else the old one's. An SP that has stored the old certificate refuses what the new key signs until it is
    /// given the new certificate: nothing is published for both (facts/okta.md 2.1).
    pub fn rotate(&self, subdomain: Option<&str>, now: Timestamp) -> Result<Rotation, StoreError> {
        let old = self.load()?.ok_or_else(|| StoreError::Absent { path: self.path() })?;
        let subdomain = subdomain.or(old.certificate().common_name()).unwrap_or_default();
        let new = SigningKey::generate(old.kind(), &CertificateProfile::okta(subdomain), now)?;
        let retired =
            Self::new(&self.folder, format!("{}-{}", self.name, old.certificate().serial()));
        match retired.write_new(&old.to_pem(), old.certificate()) {
            // Left by a rotation that was interrupted: the old key is safe already.
            Ok(()) | Err(StoreError::Exists { .. }) => {}
            Err(error) => return Err(error),
        }
        self.overwrite(&new.to_pem(), new.certificate())?;
        Ok(Rotation { old, new, kept: retired.path() })
    }

    /// What is kept here, read as PEM text; `None` if there is nothing.
    fn read<T>(
        &self,
        parse: impl FnOnce(&str) -> Result<T, KeyError>,
    ) -> Result<Option<T>, StoreError> {
        let path = self.path();
        match fs::read_to_string(&path) {
            Ok(pem) => parse(&pem).map(Some).map_err(|source| StoreError::Content { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(&path, "reading")(error)),
        }
    }

    fn publish(&self, certificate: &Certificate) -> Result<(), StoreError> {
        let path = self.certificate_path();
        fs::write(&path, certificate.to_pem()).map_err(refused(&path, "writing"))
    }

    /// A file beside the final one that only its owner may read, so that the key is never readable
    /// for others, not even for a moment.
    fn temporary(&self, pem: &str) -> Result<PathBuf, StoreError> {
        fs::create_dir_all(&self.folder).map_err(refused(&self.folder, "making the folder"))?;
        for attempt in 0_u32.. {
            let path = self.folder.join(format!(".{}.{}.{attempt}", self.name, process::id()));
            match private_file(&path) {
                Ok(mut file) => {
                    let written = file.write_all(pem.as_bytes()).and_then(|()| file.sync_all());
                    return written.map(|()| path.clone()).map_err(refused(&path, "writing"));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => {}
                Err(error) => return Err(refused(&path, "making the file")(error)),
            }
        }
        Err(StoreError::Exists { path: self.path() })
    }
}

fn private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

fn refused(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> StoreError {
    move |source| StoreError::File { path: path.to_owned(), action, source }
}

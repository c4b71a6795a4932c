//! `samlproof certs`: makes and rotates keys.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use samlproof::env::Env;
use samlproof::keys::{
    CertificateProfile, KeyKind, KeyStore, SigningKey, StoreError, TlsAuthority,
};

use super::exit::Exit;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a signing key and a certificate of Okta's form
    ///
    /// Writes NAME.pem (private key and certificate, readable for its owner only) and NAME.crt (the
    /// certificate, to be given to an SP).
    #[command(after_help = "Examples:
  samlproof certs signing --out keys --name signing --subdomain acme
  samlproof certs signing --out keys --name strong --kind rsa-4096")]
    Signing(Signing),
    /// Make a CA for TLS servers on loopback
    ///
    /// Writes NAME.pem (private key and certificate, readable for its owner only) and NAME.crt (the
    /// certificate, to be put into an SP's trust store).
    #[command(after_help = "Example:
  samlproof certs ca --out keys")]
    Ca(Ca),
    /// Put a new signing key in the place of an old one, and keep the old one under its serial number
    ///
    /// The new key is of the old one's kind, and its certificate names the same subdomain. An SP
    /// that stored the old certificate refuses the new key until it is given the new certificate.
    #[command(after_help = "Examples:
  samlproof certs rotate keys
  samlproof certs rotate keys --name strong")]
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub(crate) struct Signing {
    /// The folder to write to; made if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The key's name
    #[arg(long, default_value = "signing", value_parser = file_name)]
    name: String,
    /// The kind of key: rsa-2048, rsa-3072, rsa-4096, ecdsa-p256 or ecdsa-p384
    #[arg(long, default_value_t = KeyKind::Rsa2048)]
    kind: KeyKind,
    /// The org's subdomain, which is the certificate's CN
    #[arg(long, default_value = "acme")]
    subdomain: String,
    /// Overwrite a key of this name, which is then lost
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Ca {
    /// The folder to write to; made if it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The CA's name
    #[arg(long, default_value = "tls-ca", value_parser = file_name)]
    name: String,
    /// Overwrite a CA of this name, which is then lost
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The folder that holds the key
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The key's name
    #[arg(long, default_value = "signing", value_parser = file_name)]
    name: String,
    /// Another subdomain for the new certificate's CN
    #[arg(long)]
    subdomain: Option<String>,
}

/// Runs a command and says how it ended.
pub(crate) fn run(command: &Command) -> Exit {
    let done = match command {
        Command::Signing(args) => signing(args),
        Command::Ca(args) => ca(args),
        Command::Rotate(args) => rotate(args),
    };
    match done {
        Ok(text) => {
            anstream::println!("{text}");
            Exit::Success
        }
        Err(error) => {
            anstream::eprintln!("error: {error}");
            Exit::of_store(&error)
        }
    }
}

fn signing(args: &Signing) -> Result<String, StoreError> {
    let store = KeyStore::new(&args.out, &args.name);
    let profile = CertificateProfile::okta(&args.subdomain);
    let now = Env::real().clock.now();
    let key = if args.force {
        let key = SigningKey::generate(args.kind, &profile, now)?;
        store.overwrite(&key.to_pem(), key.certificate())?;
        key
    } else {
        store.make(args.kind, &profile, now)?
    };
    Ok(described(&store.path(), &store.certificate_path(), &key))
}

fn ca(args: &Ca) -> Result<String, StoreError> {
    let store = KeyStore::new(&args.out, &args.name);
    let authority = TlsAuthority::new(Env::real().clock.now())?;
    if args.force {
        store.overwrite(&authority.to_pem(), authority.certificate())?;
    } else {
        store.write_new(&authority.to_pem(), authority.certificate())?;
    }
    Ok(format!(
        "CA, valid until {}\n  private key and certificate: {}\n  certificate: {}",
        authority.certificate().not_after(),
        store.path().display(),
        store.certificate_path().display(),
    ))
}

fn rotate(args: &Rotate) -> Result<String, StoreError> {
    let store = KeyStore::new(&args.folder, &args.name);
    let now = Env::real().clock.now();
    let rotation = store.rotate(args.subdomain.as_deref(), now)?;
    Ok(format!(
        "{}\n  the old one, serial {}: {}",
        described(&store.path(), &store.certificate_path(), &rotation.new),
        rotation.old.certificate().serial(),
        rotation.kept.display(),
    ))
}

fn described(private: &Path, public: &Path, key: &SigningKey) -> String {
    let certificate = key.certificate();
    format!(
        "{} key, serial {}, valid until {}\n  private key and certificate: {}\n  certificate: {}",
        key.kind(),
        certificate.serial(),
        certificate.not_after(),
        private.display(),
        public.display(),
    )
}

/// A name that stays inside its folder.
fn file_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("a name starts with a letter or digit and goes on with those, `-`, `_` or `.`"
            .to_owned())
    }
}

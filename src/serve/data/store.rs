//! The data file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::DataError;

/// `kind/id` to JSON.
const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
/// Facts of the file itself.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
const FORMAT: &str = "format";

/// The file that an org is kept in. One process at a time has it open; only its owner may read it,
/// for there are private keys in it.
pub struct OrgData {
    database: Database,
    path: PathBuf,
    /// The format that was found in it.
    format: u64,
}

/// What is to be written: the JSON of a record, or `None` to delete it.
pub(super) type Changes = BTreeMap<String, Option<Vec<u8>>>;

/// What the store says; boxed, for it is large.
struct Failed(Box<redb::Error>);

impl<E: Into<redb::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(Box::new(error.into()))
    }
}

impl OrgData {
    /// The format that is written, and the latest that is read. Whoever changes what is written raises
    /// it, and says here how earlier ones are read. Files of 1 were another format of the store, which it
    /// does not open any more ([`DataError::Older`]). What files of 2 do not say yet, presets and features
    /// among it, is as usual in them.
    pub const FORMAT: u64 = 3;

    /// The file of an org in a folder: `{subdomain}.redb`.
    pub fn path_in(folder: &Path, subdomain: &str) -> PathBuf {
        folder.join(format!("{subdomain}.redb"))
    }

    /// Opens the file, or makes it, and its folder.
    ///
    /// # Errors
    /// [`DataError`].
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, DataError> {
        let path = path.into();
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(DataError::file(folder, "making the folder"))?;
        }
        match fs::metadata(&path) {
            Err(_) => Self::make(&path)?,
            // It would be taken for a new one, and the org would begin anew, with new keys.
            Ok(found) if found.is_file() && found.len() == 0 => {
                return Err(DataError::Damaged { path, cause: "it is empty".to_owned() });
            }
            Ok(_) => {}
        }
        let database = open(&path, &path)?;
        let format = check_format(&database, &path)?;
        Ok(Self { database, path, format })
    }

    /// Makes an empty file. It is made whole beside its place and then put there, so that whoever is
    /// killed meanwhile leaves none that is half made.
    fn make(path: &Path) -> Result<(), DataError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
        let made = open(&beside, path)?;
        check_format(&made, path)?;
        drop(made);
        let placed = fs::hard_link(&beside, path);
        // What is left over there is nobody's.
        let _ = fs::remove_file(&beside);
        match placed {
            // Somebody else was first.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            placed => placed.map_err(DataError::file(path, "making the file")),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it was written by an earlier samlproof, and nothing by this one yet.
    pub(super) fn is_older(&self) -> bool {
        self.format < Self::FORMAT
    }

    /// All records.
    pub(super) fn records(&self) -> Result<BTreeMap<String, Vec<u8>>, DataError> {
        self.read().map_err(|error| DataError::using(&self.path, *error.0))
    }

    fn read(&self) -> Result<BTreeMap<String, Vec<u8>>, Failed> {
        let transaction = self.database.begin_read()?;
        let table = transaction.open_table(RECORDS)?;
        let mut records = BTreeMap::new();
        for entry in table.iter()? {
            let (key, value) = entry?;
            records.insert(key.value().to_owned(), value.value().to_vec());
        }
        Ok(records)
    }

    /// Writes all of it or nothing; afterwards it is on the disk.
    pub(super) fn write(&self, changes: &Changes) -> Result<(), DataError> {
        self.commit(changes).map_err(|error| DataError::using(&self.path, *error.0))
    }

    fn commit(&self, changes: &Changes) -> Result<(), Failed> {
        let transaction = self.database.begin_write()?;
        {
            // Only from here on is it a file of today.
            transaction.open_table(META)?.insert(FORMAT, Self::FORMAT)?;
            let mut table = transaction.open_table(RECORDS)?;
            for (key, change) in changes {
                match change {
                    Some(json) => drop(table.insert(key.as_str(), json.as_slice())?),
                    None => drop(table.remove(key.as_str())?),
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

impl fmt::Debug for OrgData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrgData").field("path", &self.path).finish_non_exhaustive()
    }
}

/// The format of a file, if it is one that is read. One that is new is given today's.
fn check_format(database: &Database, path: &Path) -> Result<u64, DataError> {
    let found = format(database).map_err(|error| DataError::using(path, *error.0))?;
    if found > OrgData::FORMAT {
        let (path, known) = (path.to_owned(), OrgData::FORMAT);
        return Err(DataError::Newer { path, found, known });
    }
    Ok(found)
}

fn format(database: &Database) -> Result<u64, Failed> {
    let transaction = database.begin_write()?;
    let found = {
        let mut meta = transaction.open_table(META)?;
        transaction.open_table(RECORDS)?;
        let found = meta.get(FORMAT)?.map(|value| value.value());
        if found.is_none() {
            meta.insert(FORMAT, OrgData::FORMAT)?;
        }
        found.unwrap_or(OrgData::FORMAT)
    };
    transaction.commit()?;
    Ok(found)
}

/// Opens a database, or makes one; errors name the other path.
fn open(path: &Path, named: &Path) -> Result<Database, DataError> {
    let file = private_file(path).map_err(DataError::file(named, "opening"))?;
    let mut builder = Database::builder();
    // An org is small; the default would be a gigabyte.
    builder.set_cache_size(16 * 1024 * 1024);
    let opened = FileBackend::new(file).and_then(|file| builder.create_with_backend(file));
    opened.map_err(|error| DataError::opening(named, error))
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

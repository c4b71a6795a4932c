//! All scenarios and profiles: the embedded ones, or those of folders and files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, DirEntry, include_dir};

use super::profile::parse_profile;
use super::source::{ParseErrors, Source};
use super::{Scenario, ScenarioId};
use crate::sp::SpProfile;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// Scenarios and the profiles they can be played on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// The scenarios in the order of their ids.
    pub scenarios: Vec<LoadedScenario>,
    /// The profiles in the order of their names.
    pub profiles: Vec<Arc<SpProfile>>,
    /// Ids that exist beside those that were asked for, so that a twin can be found.
    pub other_ids: BTreeSet<ScenarioId>,
}

/// A scenario and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedScenario {
    /// The scenario.
    pub scenario: Scenario,
    /// The folder that its id is relative to, and beside whose `profiles` its snapshots are kept;
    /// `None` for an embedded one.
    pub root: Option<PathBuf>,
    /// Its file as it is named in messages.
    pub file: String,
}

/// Everything that is wrong with the files of a catalogue.
#[derive(Debug, thiserror::Error)]
#[error("{}", .files.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
pub struct CatalogueErrors {
    /// One for each file; never empty.
    pub files: Vec<FileError>,
}

impl CatalogueErrors {
    /// All of it as text, coloured if wished.
    pub fn render(&self, colour: bool) -> String {
        let render = |file: &FileError| match file {
            FileError::Parse(errors) => errors.render(colour),
            other => format!("error: {other}"),
        };
        self.files.iter().map(render).collect::<Vec<_>>().join("\n\n")
    }
}

/// What is wrong with one file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Its text.
    #[error(transparent)]
    Parse(ParseErrors),
    /// It could not be read.
    #[error("{}: cannot be read: {cause}", .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// It is not a file that somebody wrote.
    #[error("{}: more than {} bytes, which no scenario or profile needs", .path.display(), Source::MAX_BYTES)]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// Its path makes no id.
    #[error("{}: its path is the scenario's id and may hold lower-case letters, digits, `-` and `_` only", .path.display())]
    BadId {
        /// Which.
        path: PathBuf,
    },
    /// Two files are one scenario.
    #[error("{second}: the scenario `{id}` is in {first} already")]
    SameId {
        /// The id.
        id: ScenarioId,
        /// Where it was first.
        first: String,
        /// Where it came again.
        second: String,
    },
    /// Two files are one profile.
    #[error("{second}: the profile `{name}` is in {first} already")]
    SameProfile {
        /// The name.
        name: String,
        /// Where it was first.
        first: String,
        /// Where it came again.
        second: String,
    },
    /// A folder without scenarios.
    #[error("{}: there is no scenario in this folder (a file *.toml outside of profiles and snapshots)", .path.display())]
    NoScenario {
        /// Which.
        path: PathBuf,
    },
}

impl Catalogue {
    /// The catalogue inside the binary.
    ///
    /// # Errors
    /// None in a released binary: a test parses all of it.
    pub fn embedded() -> Result<Self, CatalogueErrors> {
        Self::load(&[], &[])
    }

    /// The scenarios of folders and files, with the profiles beside them and, where those do not
    /// replace them, the embedded ones. A folder is walked for `*.toml` outside of `profiles` and
    /// `snapshots`. A scenario's id is its path below the nearest ancestor that has a folder
    /// `profiles`, or else below the folder given.
    ///
    /// # Errors
    /// Everything that is wrong with all of them.
    pub fn from_paths(paths: &[PathBuf]) -> Result<Self, CatalogueErrors> {
        Self::load(paths, &[])
    }

    /// The scenarios of `paths`, or the embedded ones if there are none, for the profiles of the
    /// files `profiles`, or all that are there if none is named.
    ///
    /// # Errors
    /// Everything that is wrong with all of them.
    pub fn load(paths: &[PathBuf], profiles: &[PathBuf]) -> Result<Self, CatalogueErrors> {
        let mut loader = Loader::default();
        if paths.is_empty() {
            loader.embedded_scenarios();
        }
        for path in paths {
            loader.path(path);
        }
        if profiles.is_empty() {
            loader.profiles_of_roots();
            loader.embedded_profiles();
        }
        for path in profiles {
            loader.profile_file(path);
        }
        loader.finish()
    }

    /// The text of an embedded snapshot by its path below `scenarios/snapshots`.
    pub fn snapshot(path: &str) -> Option<&'static str> {
        EMBEDDED.get_file(Path::new("snapshots").join(path))?.contents_utf8()
    }
}

#[derive(Default)]
struct Loader {
    scenarios: BTreeMap<ScenarioId, LoadedScenario>,
    profiles: BTreeMap<String, (String, Arc<SpProfile>)>,
    other_ids: BTreeSet<ScenarioId>,
    roots: BTreeSet<PathBuf>,
    errors: Vec<FileError>,
}

impl Loader {
    fn embedded_scenarios(&mut self) {
        for (id, file, text) in embedded_files() {
            if let Some(id) = id {
                self.scenario(id, None, Source::new(file, text));
            }
        }
    }

    fn embedded_profiles(&mut self) {
        for (id, file, text) in embedded_files() {
            if id.is_none() {
                self.profile(Source::new(file, text), None, true);
            }
        }
    }

    fn path(&mut self, path: &Path) {
        let is_folder = path.is_dir();
        let (root, mut files) = (root_of(path), Vec::new());
        if is_folder {
            self.walk(path, 0, &mut files);
            if files.is_empty() {
                self.errors.push(FileError::NoScenario { path: path.to_path_buf() });
            }
        } else {
            files.push(path.to_path_buf());
        }
        let mut others = Vec::new();
        if self.roots.insert(root.clone()) {
            // What cannot be read beside the scenarios is not what was asked for.
            let errors = self.errors.len();
            self.walk(&root, 0, &mut others);
            self.errors.truncate(errors);
        }
        self.other_ids.extend(others.iter().filter_map(|file| id_of(&root, file)));
        for file in files {
            let Some(id) = id_of(&root, &file) else {
                self.errors.push(FileError::BadId { path: file });
                continue;
            };
            if let Some(source) = self.read(&file) {
                self.scenario(id, Some(root.clone()), source);
            }
        }
    }

    fn profiles_of_roots(&mut self) {
        let mut files = Vec::new();
        for root in self.roots.clone() {
            let folder = root.join("profiles");
            if folder.is_dir() {
                self.walk(&folder, 0, &mut files);
            }
        }
        for file in files {
            self.profile_file(&file);
        }
    }

    fn profile_file(&mut self, path: &Path) {
        if let Some(source) = self.read(path) {
            self.profile(source, path.parent(), false);
        }
    }

    fn scenario(&mut self, id: ScenarioId, root: Option<PathBuf>, source: Source) {
        if let Some(first) = self.scenarios.get(&id) {
            let first = first.file.clone();
            // The same file may be named twice, and lie in a folder that is named too.
            if first != source.name {
                self.errors.push(FileError::SameId { id, first, second: source.name });
            }
            return;
        }
        match Scenario::parse(id.clone(), &source) {
            Ok(scenario) => {
                self.scenarios.insert(id, LoadedScenario { scenario, root, file: source.name });
            }
            Err(errors) => self.errors.push(FileError::Parse(errors)),
        }
    }

    fn profile(&mut self, source: Source, folder: Option<&Path>, replaceable: bool) {
        let profile = match parse_profile(&source, folder) {
            Ok(profile) => profile,
            Err(errors) => return self.errors.push(FileError::Parse(errors)),
        };
        let name = profile.name.clone();
        match self.profiles.get(&name) {
            None => {
                self.profiles.insert(name, (source.name, Arc::new(profile)));
            }
            Some((first, _)) if !replaceable && *first != source.name => {
                let first = first.clone();
                self.errors.push(FileError::SameProfile { name, first, second: source.name });
            }
            Some(_) => {}
        }
    }

    fn read(&mut self, path: &Path) -> Option<Source> {
        let size = fs::metadata(path).map(|metadata| metadata.len());
        let text = match size {
            Ok(size) if size > Source::MAX_BYTES as u64 => {
                self.errors.push(FileError::TooLarge { path: path.to_path_buf() });
                return None;
            }
            Ok(_) => fs::read_to_string(path),
            Err(cause) => Err(cause),
        };
        match text {
            Ok(text) => Some(Source::new(path.display().to_string(), text)),
            Err(cause) => {
                self.errors.push(FileError::Read { path: path.to_path_buf(), cause });
                None
            }
        }
    }

    /// Collects `*.toml`, sorted. Links to folders are not followed, so there is no circle.
    fn walk(&mut self, folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(cause) => {
                self.errors.push(FileError::Read { path: folder.to_path_buf(), cause });
                return;
            }
        };
        let mut paths: Vec<_> = entries.filter_map(Result::ok).collect();
        paths.sort_by_key(|entry| entry.file_name());
        for entry in paths {
            let path = entry.path();
            let name = entry.file_name();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let skipped = name == "profiles" || name == "snapshots";
            if is_folder && !skipped && depth < DEEPEST {
                self.walk(&path, depth + 1, files);
            } else if !is_folder && path.extension().is_some_and(|suffix| suffix == "toml") {
                files.push(path);
            }
        }
    }

    fn finish(self) -> Result<Catalogue, CatalogueErrors> {
        if !self.errors.is_empty() {
            return Err(CatalogueErrors { files: self.errors });
        }
        let mut other_ids = self.other_ids;
        other_ids.extend(embedded_files().into_iter().filter_map(|(id, _, _)| id));
        other_ids.retain(|id| !self.scenarios.contains_key(id));
        Ok(Catalogue {
            scenarios: self.scenarios.into_values().collect(),
            profiles: self.profiles.into_values().map(|(_, profile)| profile).collect(),
            other_ids,
        })
    }
}

/// Folders below this depth are not looked into.
const DEEPEST: usize = 16;

/// The nearest ancestor with profiles; else the folder itself, or the file's. Only a few levels are
/// looked at: a folder `profiles` far above has to do with something else.
fn root_of(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let found = folder.ancestors().take(4).find(|ancestor| has_profiles(ancestor));
    let root = found.unwrap_or(folder);
    if root.as_os_str().is_empty() { PathBuf::from(".") } else { root.to_path_buf() }
}

fn has_profiles(folder: &Path) -> bool {
    let entries = fs::read_dir(folder.join("profiles")).into_iter().flatten();
    entries.flatten().any(|entry| entry.path().extension().is_some_and(|suffix| suffix == "toml"))
}

fn id_of(root: &Path, file: &Path) -> Option<ScenarioId> {
    let path = file.strip_prefix(root).unwrap_or(file).with_extension("");
    let parts: Option<Vec<_>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    ScenarioId::parse(&parts?.join("/"))
}

/// Every embedded TOML file that is not a snapshot: its id if it is a scenario, its name, its text.
fn embedded_files() -> Vec<(Option<ScenarioId>, String, &'static str)> {
    let mut found = Vec::new();
    let mut folders = vec![&EMBEDDED];
    while let Some(folder) = folders.pop() {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(folder) if folder.path() != Path::new("snapshots") => {
                    folders.push(folder);
                }
                DirEntry::File(file) => {
                    let path = file.path();
                    if path.extension().is_some_and(|suffix| suffix == "toml") {
                        let is_profile = path.starts_with("profiles");
                        let id = if is_profile { None } else { id_of(Path::new(""), path) };
                        let name = format!("scenarios/{}", path.display());
                        found.push((id, name, file.contents_utf8().unwrap_or_default()));
                    }
                }
                DirEntry::Dir(_) => {}
            }
        }
    }
    found.sort_by(|a, b| a.1.cmp(&b.1));
    found
}

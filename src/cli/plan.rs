//! `samlproof run --dry-run`: the cases that would be played.

use samlproof::plan::plan;
use samlproof::run::{RunError, RunOptions};

use super::exit::Exit;

/// Prints the plan, a line a case, and what would be skipped and why.
pub(crate) fn execute(options: &RunOptions) -> Exit {
    let plan = match plan(&options.catalogue, &options.selection) {
        Ok(plan) => plan,
        Err(errors) => {
            anstream::eprintln!("{errors}");
            return Exit::of_error(&RunError::Plan(errors));
        }
    };
    for case in &plan.cases {
        anstream::println!(
            "{:<34}  {:<12}  {}  {}",
            case.id.to_string(),
            case.profile.name,
            case.level,
            case.title
        );
    }
    for skipped in &plan.skipped {
        let id = skipped.id.to_string();
        let profile = skipped.profile.as_deref().unwrap_or("-");
        anstream::println!("{id:<34}  {profile:<12}  skipped: {}", skipped.reason);
    }
    anstream::println!("{} cases, {} skipped", plan.cases.len(), plan.skipped.len());
    if plan.cases.is_empty() { Exit::NothingPlayed } else { Exit::Success }
}

//! Limit of open files. Every connection is one, and systems start programs with a limit of 1,024.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::web::OPEN_FILES_WANTED;

/// Raises the limit of this process to what the server wants, as far as the system allows. Returns the limit.
pub(crate) fn raise_limit() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = u64::try_from(OPEN_FILES_WANTED).unwrap_or(u64::MAX);
    let wanted = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    if current.is_some_and(|current| current < wanted) {
        let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
        if let Err(fault) = raised {
            tracing::warn!(error = %fault, "open files: limit not raised");
        }
    }
    // No limit is `None`.
    getrlimit(Resource::Nofile).current.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

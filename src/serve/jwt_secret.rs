//! The secret that signs access tokens, when `NEURALBOX_JWT_SECRET` does not set it.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::ClockAndRng;
use crate::model::crypto::rng;
use crate::model::crypto::secret::Secret;

/// Returns the secret created at the first start, if there is one. Creates nothing.
pub(crate) fn existing(folder: &Path) -> Option<Secret> {
    let secret = std::fs::read_to_string(folder.join("jwt_secret")).ok()?;
    Some(Secret::new(secret.trim().to_owned()))
}

/// Loads the secret created at the first start, or creates one, in a file readable only by this user.
pub(super) fn load_or_create(folder: &Path, env: &ClockAndRng) -> Result<Secret, String> {
    let file = folder.join("jwt_secret");
    let fault = |error: std::io::Error| {
        format!("NEURALBOX_JWT_SECRET is not set, and {} cannot be used: {error}", file.display())
    };
    // The folder will also hold the database, so only this user may open it.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(fault)?;
    let new_secret = URL_SAFE_NO_PAD.encode(rng::bytes::<48>(env.rng.as_ref()));
    // Written to a temporary file and linked into place: of several instances that start together exactly one wins,
    // and none reads a partial file.
    let aside = folder.join(format!(".jwt_secret.{}", URL_SAFE_NO_PAD.encode(rng::bytes::<8>(env.rng.as_ref()))));
    if !file.exists() {
        let mut new =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside).map_err(fault)?;
        new.write_all(new_secret.as_bytes()).and_then(|()| new.sync_all()).map_err(fault)?;
        let outcome = std::fs::hard_link(&aside, &file);
        std::fs::remove_file(&aside).map_err(fault)?;
        match outcome {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(fault(error)),
            _ => {}
        }
    }
    let secret = std::fs::read_to_string(&file).map_err(fault)?;
    let secret = secret.trim();
    if secret.len() < 32 {
        return Err(format!(
            "{} is shorter than 32 bytes: delete it, and the next start creates a new one",
            file.display()
        ));
    }
    Ok(Secret::new(secret.to_owned()))
}

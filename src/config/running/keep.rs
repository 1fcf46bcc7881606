//! Owns the writing of a file that an owner may be reading, or the server. Called by the desk. Never leaves half a file.

use std::io;
use std::path::Path;

/// Replaces what a file holds, whole or not at all; one that is not there is made.
pub(super) async fn replace(file: &Path, text: &str) -> io::Result<()> {
    // Where the name is a link, what it leads to is replaced.
    let file = match tokio::fs::canonicalize(file).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => file.to_owned(),
        Err(error) => return Err(error),
    };
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let beside = Path::new(&name);
    tokio::fs::write(beside, text).await?;
    if let Ok(before) = tokio::fs::metadata(&file).await {
        tokio::fs::set_permissions(beside, before.permissions()).await?;
    }
    tokio::fs::File::open(beside).await?.sync_all().await?;
    tokio::fs::rename(beside, &file).await
}

//! Owns the profile that holds now. Written by the desk of the running settings; read by the book, `/ready` and the API.
//! Never touches a call that has begun.

use crate::config::FileProblem;
use maitred_actors::types::Profile;
use std::sync::Arc;
use tokio::sync::watch;

/// The profile that holds, and why the file holds another.
#[derive(Clone, Debug)]
pub(in crate::config) struct Standing {
    /// What new calls and the book go by.
    pub profile: Arc<Profile>,
    /// What is wrong with the file as it is now; empty if it is the one that holds.
    pub refused: Vec<FileProblem>,
}

/// The profile that holds now; cheap to clone.
#[derive(Clone, Debug)]
pub struct CurrentProfile(watch::Receiver<Standing>);

impl CurrentProfile {
    /// Holds one profile for good.
    pub fn fixed(profile: Arc<Profile>) -> Self {
        Self::new(profile).1
    }

    /// Begins with a profile; gives where the next ones are put.
    pub(in crate::config) fn new(profile: Arc<Profile>) -> (watch::Sender<Standing>, Self) {
        let refused = Vec::new();
        let (standing, current) = watch::channel(Standing { profile, refused });
        (standing, Self(current))
    }

    /// Gives the profile.
    pub fn get(&self) -> Arc<Profile> {
        Arc::clone(&self.0.borrow().profile)
    }

    /// Gives what is wrong with the file as it is now.
    pub fn refused(&self) -> Vec<FileProblem> {
        self.0.borrow().refused.clone()
    }
}

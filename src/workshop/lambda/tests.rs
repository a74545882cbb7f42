//! Handlers in the real interpreters, ordinary ones and ones that misbehave. Each time-out ends a wait that would otherwise be for ever;
//! no figure of time is compared.

mod hostile;
mod ordinary;

use serde_json::Value;

use super::{Function, Invoked};
use crate::workshop::language::Language;
use crate::workshop::samples::{self, is_installed, nowhere, outside};

/// A function of this code; nothing where its language is not installed.
fn function(language: Language, code: &str) -> Option<(Function, tempfile::TempDir)> {
    if !is_installed(language) {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let configuration = samples::function(language, folder.path(), code);
    Some((Function::new(configuration, nowhere(), outside()), folder))
}

async fn invoke(function: &mut Function, event: &str) -> Invoked {
    function.invoke(event.as_bytes().to_vec().into()).await
}

fn payload(invoked: &Invoked) -> Value {
    match &invoked.result {
        Ok(payload) => serde_json::from_slice(payload).unwrap(),
        Err(error) => panic!("{error:?}\n{}", invoked.log.text()),
    }
}

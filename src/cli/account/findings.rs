//! Findings as lines of text.
//!
//! ```text
//!   ok    who          account 123456789012, the user rachel
//!   note  region       eu-west-1, Europe (Ireland) (as AWS_REGION says). The lesson is written for us-east-1
//!                      → --region us-east-1, for the lesson's own
//!   STOP  root         these are credentials of the root user. …
//! ```

use std::io::{Result, Write};

use crate::account::preflight::{Finding, Verdict};
use crate::printable;

/// The widest name, and a space.
const NAME: usize = 12;

/// One finding.
pub fn write(out: &mut impl Write, finding: &Finding) -> Result<()> {
    line(
        out,
        finding.verdict,
        finding.what.name(),
        &finding.words,
        finding.next.as_deref(),
    )
}

/// One line of a report, and one with what to do next.
pub fn line(
    out: &mut impl Write,
    verdict: Verdict,
    name: &str,
    words: &str,
    next: Option<&str>,
) -> Result<()> {
    let mark = match verdict {
        Verdict::Good => "ok",
        Verdict::Warning => "note",
        Verdict::Stop => "STOP",
    };
    writeln!(out, "  {mark:<5} {name:<NAME$} {}", printable::line(words))?;
    if let Some(next) = next {
        writeln!(out, "  {:<5} {:<NAME$} → {}", "", "", printable::line(next))?;
    }
    Ok(())
}

//! What can be typed after `--export`: how large the picture is, and of which moment.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::Args;

use crate::app::state::SMALLEST;

/// The screen as a picture.
#[derive(Debug, Args)]
pub struct Picture {
    /// Write the screen to this file as a picture (SVG), which must not be there yet, instead of showing it
    #[arg(long, value_name = "FILE", conflicts_with = "plain", value_parser = file)]
    pub export: Option<PathBuf>,
    #[arg(
        long,
        value_name = "COLUMNSxROWS",
        requires = "export",
        value_parser = size,
        help = "How large the picture's screen is [default: 80x24]"
    )]
    size: Option<(u16, u16)>,
    #[arg(
        long,
        value_name = "end|N",
        requires = "export",
        value_parser = at,
        help = "Which moment: after N steps, or the end [default: end]"
    )]
    pub at: Option<At>,
    /// In the layout for a projector
    #[arg(long, requires = "export")]
    pub projector: bool,
    /// In the colors for a light background
    #[arg(long, requires = "export")]
    pub light: bool,
}

impl Picture {
    pub fn size(&self) -> (u16, u16) {
        self.size.unwrap_or((80, 24))
    }
}

/// A moment of a demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    End,
    /// So many have happened.
    Stop(usize),
}

/// The largest picture: more cells than any screen has.
const LARGEST: (u16, u16) = (400, 200);

/// Endings of pictures that are no SVG: a file named like that could not be opened.
const OTHERS: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "pdf", "bmp"];

fn file(text: &str) -> Result<PathBuf, String> {
    let file = PathBuf::from(text);
    let ending = file.extension().map(OsStr::to_ascii_lowercase);
    if ending.is_some_and(|ending| OTHERS.iter().any(|other| ending == *other)) {
        let named = file.with_extension("svg");
        return Err(format!(
            "the picture is an SVG; name the file {}",
            named.display()
        ));
    }
    Ok(file)
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let read = || {
        let (columns, rows) = text.split_once(['x', '×'])?;
        Some((columns.parse().ok()?, rows.parse().ok()?))
    };
    let (least, most) = (SMALLEST, LARGEST);
    match read() {
        Some((columns, rows))
            if (least.0..=most.0).contains(&columns) && (least.1..=most.1).contains(&rows) =>
        {
            Ok((columns, rows))
        }
        _ => Err(format!(
            "give columns and rows, such as 120x40, from {}x{} to {}x{}",
            least.0, least.1, most.0, most.1
        )),
    }
}

fn at(text: &str) -> Result<At, String> {
    match text {
        "end" => Ok(At::End),
        number => number
            .parse()
            .map(At::Stop)
            .map_err(|_| "give a number of steps, from 0, or `end`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::arguments::Arguments;

    #[test]
    fn a_picture_has_a_size_and_a_moment() {
        assert_eq!(size("120x40"), Ok((120, 40)));
        for wrong in [
            "", "120", "x", "1x1", "99999x40", "-5x40", "120x40x1", "401x40",
        ] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
        assert_eq!((at("end"), at("0")), (Ok(At::End), Ok(At::Stop(0))));
        assert!(at("-1").is_err() && at("middle").is_err());
        for wrong in [
            &["dynatour", "hash", "--size", "80x24"][..],
            &["dynatour", "race", "--json", "--export", "a.svg"],
        ] {
            assert!(Arguments::try_parse_from(wrong).is_err(), "{wrong:?}");
        }
    }
}

//! What happens, what is asked, what was predicted and what came of it.
//!
//! Invariant: the last row is the prediction's and the shares'; what a server said is in the foot where there is one.

use ratatui::layout::Rect;

use super::Canvas;
use crate::app::demo::{Guess, choices};
use crate::app::effect::Measured;
use crate::app::hash::{HashScreen, Picture, Question};
use crate::app::layout;
use crate::app::paper::{self, Line, Role, cut, wrap_text};
use crate::scene::hash::{Frame, Spread, quoted, shares, shares_in_short};
use crate::scene::{count, plural};
use crate::simulator::trace::PartitionId;
use crate::ui::theme::glyph;

/// Rows of words at the bottom.
pub(super) fn height(picture: &Picture, foot: bool) -> u16 {
    3 + u16::from(picture.measured.is_some() && !foot)
}

/// What is said while keys are on their way.
pub(in crate::ui) fn waiting(screen: &HashScreen) -> String {
    match &screen.work {
        Some(work) if work.total > 1_000 => format!(
            "The items are on their way: {} of {}. Esc stops.",
            count(work.done),
            count(work.total)
        ),
        _ => "The items are on their way …".to_owned(),
    }
}

pub(super) fn draw(
    screen: &HashScreen,
    picture: &Picture,
    frame: &Frame<'_>,
    area: Rect,
    foot: bool,
    canvas: &mut Canvas<'_>,
) {
    let measured = picture.measured.as_ref().filter(|_| !foot);
    let last = area.bottom().saturating_sub(1);
    let mut rows = area.height.saturating_sub(1);
    if let Some(measured) = measured {
        rows = rows.saturating_sub(1);
        let line = in_short(measured);
        canvas.line(&line, area.x, last.saturating_sub(1), area.width);
    }
    let lines = now(screen, frame, area.width);
    let asks = screen.question().is_some() && measured.is_none();
    if screen.problem.is_some() || asks {
        // A service's own words, or the last of the choices, may need all there is.
        rows = area.height;
    }
    let fit = lines.len().min(usize::from(rows));
    for (line, y) in lines.iter().take(fit).zip(area.y..) {
        canvas.line(line, area.x, y, area.width);
    }
    if screen.field.is_some() || fit >= usize::from(area.height) {
        return;
    }
    let said = said(screen, picture, frame);
    let figures = if too_few(frame) {
        Line::new()
    } else {
        let states = frame.states();
        let long = Line::of(Role::Dim, shares(&states));
        let room = area.width.saturating_sub(said.width() + 2);
        if long.width() <= room {
            long
        } else {
            let short = shares_in_short(&states);
            Line::of(Role::Dim, cut(&short, room))
        }
    };
    let line = said.right(area.width, figures);
    canvas.line(&line, area.x, last, area.width);
}

/// Fewer items than partitions can't lie evenly, so how evenly they lie says nothing yet.
fn too_few(frame: &Frame<'_>) -> bool {
    frame.items() < frame.partitions.len() as u64
}

/// The first of the sentences that fits, or as much of the last one as does.
fn fitting(sentences: [String; 2], columns: u16) -> String {
    let [long, short] = sentences;
    if paper::width(&long) <= columns {
        long
    } else {
        cut(&short, columns)
    }
}

/// What goes on, or what is wanted from the learner.
fn now(screen: &HashScreen, frame: &Frame<'_>, width: u16) -> Vec<Line> {
    let columns = width.min(layout::PROSE + 4);
    if let Some(field) = &screen.field {
        let table = screen.table();
        let mut label = format!(
            "New {} ({}",
            crate::printable::line(&table.attribute),
            table.key_type.word()
        );
        if let Some(sort) = &table.sort_key {
            label = format!("{label}) / {}", crate::printable::line(sort));
        } else {
            label.push(')');
        }
        let label = Line::of(Role::Accent, format!("{label}  "));
        let room = width.saturating_sub(label.width());
        return vec![
            label.append(field.line(room)),
            Line::of(
                Role::Dim,
                "Enter puts an item with this key. Pasted lines are one key each.",
            ),
        ];
    }
    if let Some(why) = &screen.problem {
        return wrap_text(Role::Error, why, columns);
    }
    if screen.work.is_some() {
        return vec![Line::of(Role::Dim, waiting(screen))];
    }
    let question = match (screen.question(), &frame.journey) {
        (Some(Question::Owner(_)), Some(journey)) => {
            let key = quoted(journey.key);
            let sentences = [
                format!("Which partition will the item with the key {key} live in?"),
                format!("Which partition will {key} live in?"),
            ];
            fitting(sentences, width)
        }
        (Some(Question::Spread), _) => {
            let items = screen.script().map_or(0, |script| script.keys().len());
            let items = plural(items as u64, "item");
            let sentences = [
                format!("{items} on their way: how much will the fullest partition hold?"),
                format!("{items}: how much will the fullest partition hold?"),
            ];
            fitting(sentences, width)
        }
        _ => return wrap_text(Role::Text, &frame.narration, columns),
    };
    let words: Vec<Line> = match screen.question() {
        Some(Question::Owner(_)) => frame
            .partitions
            .iter()
            .map(|partition| partition_name(partition.state.id))
            .collect(),
        _ => screen
            .choices()
            .iter()
            .map(|words| Line::of(Role::Text, words))
            .collect(),
    };
    let mut lines = vec![Line::of(Role::Strong, question)];
    lines.extend(choices(&words, width));
    lines
}

/// `▲ P1` in its own hue.
pub(in crate::ui) fn partition_name(id: PartitionId) -> Line {
    Line::of(Role::Partition(id.0), glyph(id).to_string()).push(Role::Text, format!(" P{}", id.0))
}

/// What was predicted, beside the result once it is known.
pub(in crate::ui) fn said(screen: &HashScreen, picture: &Picture, frame: &Frame<'_>) -> Line {
    let here = frame
        .journey
        .as_ref()
        .and_then(|journey| Some((journey, screen.guesses.get(&journey.arrival)?)));
    if let Some((journey, guess)) = here {
        let chosen = match guess {
            Guess::Choice(choice) => frame
                .partitions
                .get(*choice)
                .map(|partition| partition.state.id),
            Guess::DontKnow => None,
        };
        let said = chosen.map_or_else(dont_know, partition_name);
        let line = Line::of(Role::Dim, "You said ").append(said);
        if !journey.passed(crate::scene::hash::Stage::Owner) {
            return line;
        }
        let owner = journey.key.partition;
        let line = line
            .push(Role::Dim, ", it is ")
            .append(partition_name(owner));
        return checked(line, chosen == Some(owner));
    }
    let (Some(guess), true) = (screen.spread, picture.preset.is_some()) else {
        return Line::new();
    };
    let chosen = match guess {
        Guess::Choice(choice) => Spread::ALL.get(choice).copied(),
        Guess::DontKnow => None,
    };
    let said = chosen.map_or_else(dont_know, |spread| Line::of(Role::Text, spread.words()));
    let line = Line::of(Role::Dim, "You said ").append(said);
    match screen.outcome() {
        Some(outcome) if screen.at_end() && chosen == Some(outcome) => {
            checked(line.push(Role::Dim, ", and so it is"), true)
        }
        Some(outcome) if screen.at_end() => line
            .push(Role::Dim, ", it is ")
            .push(Role::Text, outcome.words()),
        _ => line,
    }
}

fn dont_know() -> Line {
    Line::of(Role::Text, "“I don't know”")
}

fn checked(line: Line, right: bool) -> Line {
    if right {
        line.push(Role::Good, " ✓")
    } else {
        line
    }
}

/// What a server said, on one line.
fn in_short(measured: &Measured) -> Line {
    if let Some(why) = &measured.trouble {
        return Line::of(Role::Dim, format!("{}: ", measured.server)).push(Role::Warning, why);
    }
    Line::of(Role::Dim, "Measured there: ").push(
        Role::Text,
        format!(
            "{} {} WCU, a Scan {} RCU, {}",
            plural(measured.puts, "put"),
            measured.written,
            measured.read,
            followed(measured)
        ),
    )
}

/// Whose order the Scan's was.
pub(super) fn followed(measured: &Measured) -> String {
    match measured.follows {
        Some(function) => format!("in {} order", function.short()),
        None => "in an order of its own".to_owned(),
    }
}

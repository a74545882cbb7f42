//! One exchange as it was on the wire: request, response, and what the storage did.
//!
//! Invariant: bodies are the recorded bytes, only broken into lines; secrets were struck out when they were recorded.

use serde_json::Value;

use crate::app::figures::{bytes, capacity, money, time};
use crate::app::json;
use crate::app::key::Action;
use crate::app::layout::{self, Pane, View};
use crate::app::lesson::step;
use crate::app::paper::{Line, Paper, Role, cut, wrap_text};
use crate::app::reader::{Reader, tabs};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared};
use crate::app::storage;
use crate::target::exchange::{Exchange, Message, Outcome};

const TABS: [&str; 3] = ["Request", "Response", "Storage"];

#[derive(Debug)]
pub struct ExchangeScreen {
    pub exchange: Exchange,
    reader: Reader,
}

impl ExchangeScreen {
    #[must_use]
    pub fn new(exchange: Exchange) -> Self {
        Self {
            exchange,
            reader: Reader::new(TABS.len(), 0),
        }
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        self.reader.pane(area, self.paper(area.width))
    }

    fn paper(&self, columns: u16) -> Paper {
        let mut paper = summary(&self.exchange, columns);
        paper.gap();
        paper.add(tabs(&TABS, self.reader.tab, columns));
        paper.gap();
        let tab = match self.reader.tab {
            0 => message(Some(&self.exchange.request), columns),
            1 => message(self.exchange.response.as_ref(), columns),
            _ => storage::paper(self.exchange.trace.as_ref(), columns),
        };
        paper.extend(tab.lines);
        paper
    }
}

/// What it was and what it cost.
fn summary(exchange: &Exchange, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let (role, outcome) = match &exchange.outcome {
        Outcome::Success => (Role::Good, "answered".to_owned()),
        Outcome::ServiceError { code, .. } => (Role::Warning, code.clone()),
        Outcome::Unanswered { .. } => (Role::Error, "no answer".to_owned()),
        Outcome::NotSent { .. } => (Role::Error, "not sent: found on our side".to_owned()),
    };
    paper.add(
        Line::of(Role::Title, &exchange.operation)
            .push(Role::Text, "   ")
            .push(role, outcome),
    );
    let units = capacity(exchange);
    let units = if exchange.price_is_most {
        "capacity not told".to_owned()
    } else if units.is_empty() {
        "no capacity".to_owned()
    } else {
        units
    };
    let most = if exchange.price_is_most {
        "at most "
    } else {
        ""
    };
    let mut line = Line::of(Role::Strong, units)
        .push(Role::Dim, format!("   {most}"))
        .push(Role::Text, money(exchange.price))
        .push(Role::Dim, format!("   {}", time(exchange.elapsed)));
    if let Some(trace) = &exchange.trace
        && trace.bytes_moved() > 0
    {
        line = line.push(Role::Dim, format!("   {}", bytes(trace.bytes_moved())));
    }
    paper.add(line);
    if let Some(id) = &exchange.request_id {
        paper.add(Line::of(
            Role::Dim,
            cut(&format!("request id {id}"), columns),
        ));
    }
    if let Outcome::Unanswered { why } | Outcome::NotSent { why } = &exchange.outcome {
        paper.extend(wrap_text(Role::Text, why, columns));
    }
    paper.extend(step::besides(exchange, columns));
    paper
}

/// Start line, headers and body of one message.
#[must_use]
pub fn message(message: Option<&Message>, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let Some(message) = message else {
        paper.add(Line::of(Role::Dim, "Nothing came back."));
        return paper;
    };
    paper.add(Line::of(Role::Strong, cut(&message.start, columns)));
    for (name, value) in &message.headers {
        let room = columns.saturating_sub(crate::app::paper::width(name) + 2);
        paper.add(Line::of(Role::Dim, format!("{name}: ")).push(Role::Text, cut(value, room)));
    }
    paper.gap();
    match serde_json::from_slice::<Value>(&message.body) {
        Ok(body) => paper.extend(json::lines(&body, columns)),
        Err(_) if message.body.is_empty() => paper.add(Line::of(Role::Dim, "no body")),
        Err(_) => {
            let text = crate::printable::block(&String::from_utf8_lossy(&message.body));
            for line in text.lines() {
                paper.extend(wrap_text(Role::Text, line, columns));
            }
        }
    }
    paper
}

impl Component for ExchangeScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "The exchange, as it was on the wire".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        self.reader.actions(&[])
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::Back => shared.pop(),
            Action::Copy => {
                let text = self
                    .paper(100)
                    .lines
                    .iter()
                    .map(Line::plain)
                    .collect::<Vec<_>>()
                    .join("\n");
                let name = format!(
                    "{}-{}.txt",
                    self.exchange.operation,
                    TABS[self.reader.tab].to_lowercase()
                );
                shared.request(crate::app::effect::Effect::Copy { name, text });
            }
            _ => {
                let pane = self.pane(shared);
                self.reader.act(action, &pane);
            }
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        let pane = self.pane(shared);
        self.reader.mouse(mouse, &pane);
    }

    fn shown(&mut self, shared: &mut Shared) {
        let pane = self.pane(shared);
        self.reader.clamp(&pane);
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (_, side) = layout::columns(shared.columns, shared.rows);
        // Where there is room, the response stands beside the request.
        let side = side.filter(|_| self.reader.tab == 0).map(|area| {
            let mut paper = Paper::new();
            paper.add(Line::of(Role::Dim, "Response"));
            paper.gap();
            paper.extend(message(self.exchange.response.as_ref(), area.width).lines);
            Pane {
                area,
                paper,
                scroll: 0,
            }
        });
        Some(View {
            fixed: None,
            main: self.pane(shared),
            side,
            frame: None,
        })
    }
}

//! Where a deployment's screen has what it says: what scrolls, what stays in sight, and what is selected.

use super::{DeployScreen, Stage, page};
use crate::app::layout::{self, Pane};
use crate::app::state::Shared;

impl DeployScreen {
    pub(super) fn select(&mut self, down: bool, shared: &Shared) {
        let listed = matches!(
            self.stage,
            Stage::Deploying(_) | Stage::Stands | Stage::Stopped
        );
        if !listed || self.list.is_empty() {
            return self.scroll_by(if down { 1 } else { -1 }, shared);
        }
        self.list.select(down);
        self.follow(shared);
    }

    /// The selected entry can be seen.
    pub(super) fn follow(&mut self, shared: &Shared) {
        let pane = self.main(shared);
        self.scroll.follow(&pane, self.list.selected);
    }

    pub(super) fn scroll_by(&mut self, lines: i32, shared: &Shared) {
        let pane = self.main(shared);
        let limit = pane.paper.scroll_limit(pane.area.height);
        self.scroll.by(lines, limit);
    }

    /// All but one line of what is in sight, on or back.
    pub(super) fn page(&mut self, down: bool, shared: &Shared) {
        let lines = i32::from(self.main(shared).area.height.saturating_sub(1).max(1));
        self.scroll_by(if down { lines } else { -lines }, shared);
    }

    pub(super) fn main(&self, shared: &Shared) -> Pane {
        self.panes(shared).0
    }

    /// What stands beside it, where there is room for all of it: it does not scroll.
    pub(super) fn side(&self, shared: &Shared) -> Option<Pane> {
        let (_, area) = layout::columns(shared.columns, shared.rows);
        let area = area?;
        let paper = page::side(self, area.width);
        let fits = self.stage != Stage::Planned || paper.height() <= area.height;
        fits.then_some(Pane {
            area,
            paper,
            scroll: 0,
        })
    }

    /// What scrolls, and what stays in sight: what Enter makes, or how far it is.
    pub(super) fn panes(&self, shared: &Shared) -> (Pane, Option<Pane>) {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let paper = page::main(self, area.width, self.side(shared).is_some());
        let pane = |area| Pane {
            area,
            paper,
            scroll: self.scroll.0,
        };
        match self.stage {
            Stage::Planned => {
                let [more, read] = page::offer(self, area.width);
                let (left, mut foot) = layout::divided(area, read, true);
                let pane = pane(left);
                if self.scroll.0 < pane.paper.scroll_limit(left.height) {
                    foot.paper = more;
                }
                (pane, Some(foot))
            }
            Stage::Deploying(_) => {
                let (left, head) = layout::divided(area, page::progress(self, area.width), false);
                (pane(left), Some(head))
            }
            _ => (pane(area), None),
        }
    }
}

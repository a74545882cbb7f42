//! What takes long: calls, disks, and the end. Each test runs on one thread, so that whatever blocked it would stand still.

use std::sync::{Condvar, Mutex};

use super::*;
use crate::simulator::journal::{Change, Journal, JournalError};

/// A disk that a test stops and starts.
#[derive(Default)]
struct Disk {
    state: Mutex<DiskState>,
    changed: Condvar,
}

#[derive(Default)]
struct DiskState {
    is_stopped: bool,
    is_full: bool,
    waiting: usize,
}

impl Disk {
    fn set(&self, change: impl FnOnce(&mut DiskState)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }

    async fn until_waiting(self: &Arc<Self>) {
        let disk = Arc::clone(self);
        let wait = move || {
            let state = disk.state.lock().unwrap();
            drop(disk.changed.wait_while(state, |s| s.waiting == 0).unwrap());
        };
        tokio::task::spawn_blocking(wait).await.unwrap();
    }
}

impl Journal for Disk {
    fn record(&self, _changes: &[Change]) -> Result<(), JournalError> {
        let mut state = self.state.lock().unwrap();
        state.waiting += 1;
        self.changed.notify_all();
        let mut state = self.changed.wait_while(state, |s| s.is_stopped).unwrap();
        state.waiting -= 1;
        if state.is_full {
            return Err(JournalError("the disk is full".to_owned()));
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_call_that_takes_long_holds_up_nobody_elsewhere() {
    let disk = Arc::new(Disk::default());
    let fixture = Fixture::new(Wish {
        simulator: simulator::Settings {
            journal: Some(Arc::clone(&disk) as _),
            ..simulator::Settings::default()
        },
        ..Wish::default()
    })
    .await;
    let mut slow = fixture.client().await;
    let mut waits = fixture.client().await;
    let mut free = fixture.client().await;
    slow.create("Slow").await;
    slow.create("Free").await;
    disk.set(|state| state.is_stopped = true);
    // It holds its table until the disk goes on; a read of that table has to wait, too.
    slow.start("PutItem", put("Slow", "a")).await;
    disk.until_waiting().await;
    waits.start("GetItem", get("Slow", "a")).await;
    for _ in 0..10 {
        assert_eq!(free.get("Free", "a").await.text(), "{}");
    }
    disk.set(|state| state.is_stopped = false);
    assert_eq!(slow.got().await.unwrap().status, 200);
    assert!(waits.got().await.unwrap().text().contains("Item"));
}

#[tokio::test]
async fn an_answer_comes_when_its_write_is_durable() {
    let disk = Arc::new(Disk::default());
    let group = Arc::new(Group::new(Arc::clone(&disk) as _).unwrap());
    let mut fixture = Fixture::new(Wish {
        simulator: simulator::Settings {
            journal: Some(Arc::clone(&group) as _),
            ..simulator::Settings::default()
        },
        group: Some(Arc::clone(&group)),
        ..Wish::default()
    })
    .await;
    let mut writer = fixture.client().await;
    writer.create("Pets").await;
    fixture.served().await;
    disk.set(|state| state.is_stopped = true);
    writer.start("PutItem", put("Pets", "a")).await;
    disk.until_waiting().await;
    // Nor is anybody told of it before.
    let mut reader = fixture.client().await;
    reader.start("GetItem", get("Pets", "a")).await;
    let mut other = fixture.client().await;
    let got = other.ask(head("GET", "/", &[])).await;
    assert_eq!(got.status, 200);
    assert!(writer.stream.try_read(&mut [0]).is_err());
    assert!(reader.stream.try_read(&mut [0]).is_err());
    disk.set(|state| state.is_stopped = false);
    assert_eq!(writer.got().await.unwrap().status, 200);
    assert!(reader.got().await.unwrap().text().contains("Item"));

    disk.set(|state| state.is_full = true);
    let got = writer.put("Pets", "b").await;
    assert_eq!(
        (got.status, got.error().as_str()),
        (500, "InternalServerError")
    );
    assert!(got.text().contains("the disk is full"), "{}", got.text());
    let got = writer.put("Pets", "c").await;
    assert_eq!(got.status, 500);
    assert_eq!(writer.get("Pets", "a").await.status, 200);
    assert_eq!(
        writer.get("Pets", "c").await.text(),
        "{}",
        "it was not taken"
    );
}

#[tokio::test]
async fn the_end_finishes_what_runs() {
    let disk = Arc::new(Disk::default());
    let mut fixture = Fixture::new(Wish {
        simulator: simulator::Settings {
            journal: Some(Arc::clone(&disk) as _),
            ..simulator::Settings::default()
        },
        ..Wish::default()
    })
    .await;
    let mut client = fixture.client().await;
    let mut resting = fixture.client().await;
    client.create("Pets").await;
    assert_eq!(resting.call("ListTables", "{}").await.status, 200);
    disk.set(|state| state.is_stopped = true);
    client.start("PutItem", put("Pets", "a")).await;
    disk.until_waiting().await;
    let stop = tokio::spawn(fixture.running.stop());
    assert!(resting.got().await.is_none(), "who rests is let go at once");
    disk.set(|state| state.is_stopped = false);
    let got = client.got().await.unwrap();
    assert_eq!(
        (got.status, got.headers["connection"].as_str()),
        (200, "close")
    );
    let stopped = stop.await.unwrap();
    let expected = Stopped {
        answered: 3,
        refused: 0,
        cut: 0,
    };
    assert_eq!(stopped, expected);
    assert!(TcpStream::connect(fixture.address).await.is_err());
    for _ in 0..3 {
        assert!(fixture.reports.next().await.is_some());
    }
    assert_eq!(fixture.reports.next().await, None);
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever() {
    let fixture = Fixture::new(Wish {
        limits: Limits {
            finish_time: Duration::from_millis(50),
            ..Limits::loopback()
        },
        ..Wish::default()
    })
    .await;
    let mut half = fixture.client().await;
    let announced = half.signed("ListTables", &[("Content-Length", "3")]);
    half.send(announced + "{").await;
    let mut other = fixture.client().await;
    assert_eq!(other.call("ListTables", "{}").await.status, 200);
    let stopped = fixture.running.stop().await;
    assert_eq!((stopped.answered, stopped.cut), (1, 1));
    assert!(half.got().await.is_none());
}

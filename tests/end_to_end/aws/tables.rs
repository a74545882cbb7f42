//! An account's tables: a simulated DynamoDB for each region, and who made which table in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use dynatour::simulator::{Settings, Simulator, Timestamp};
use dynatour::target::exchange::Picodollars;
use dynatour::target::price;
use serde_json::{Value, json};

use crate::services::call::{Call, Service};
use crate::services::message::Answer;
use crate::services::refusal::error;

/// The account's time goes on by so much with each call, so that tables are CREATING and DELETING for two of them.
const TICK: Duration = Duration::from_millis(500);
const TABLE_DELAY: Duration = Duration::from_millis(900);

/// The access key of somebody who is not the learner.
pub const SOMEBODY: &str = "AKIASOMEBODYELSE";

#[derive(Debug)]
pub struct Tables {
    account: String,
    regions: BTreeMap<String, Simulator>,
    now: Timestamp,
    /// The access key that made a table, by its `TableId`.
    makers: BTreeMap<String, String>,
    /// How many calls a new table and its tags can't be seen yet. `DescribeTable` and `ListTagsOfResource` are eventually
    /// consistent (API reference of both).
    lag: usize,
    /// Calls since a table was made, by its `TableId`.
    age: BTreeMap<String, usize>,
    /// What was really consumed by somebody's calls.
    spent: BTreeMap<String, Picodollars>,
    /// Calls that changed, or would have changed, what was not the caller's.
    trespasses: Vec<String>,
}

impl Tables {
    pub fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            regions: BTreeMap::new(),
            now: Timestamp::from_millis(1_790_000_000_000),
            makers: BTreeMap::new(),
            lag: 0,
            age: BTreeMap::new(),
            spent: BTreeMap::new(),
            trespasses: Vec::new(),
        }
    }

    pub fn trespasses(&self) -> &[String] {
        &self.trespasses
    }

    pub fn spent(&self, access_key: &str) -> Picodollars {
        self.spent.get(access_key).copied().unwrap_or_default()
    }

    /// From now on new tables are seen late.
    pub fn lag(&mut self, calls: usize) {
        self.lag = calls;
    }

    /// Carries out a call of a client, who may see less than there is.
    pub fn call_from_outside(&mut self, call: &Call, body: &[u8]) -> Answer {
        for age in self.age.values_mut() {
            *age += 1;
        }
        let table = call.tables.first();
        let id = table.and_then(|table| self.id(&call.region, table));
        let unseen = id.is_some_and(|id| self.age.get(&id).is_some_and(|age| *age <= self.lag));
        match call.operation.as_str() {
            "DescribeTable" if unseen => {
                let table = &call.tables[0];
                let words = format!("Requested resource not found: Table: {table} not found");
                error(Service::DynamoDb, 400, "ResourceNotFoundException", &words)
            }
            "ListTagsOfResource" if unseen => {
                let mut answer = self.call(call, body);
                answer.body = br#"{"Tags":[]}"#.to_vec();
                answer.headers.retain(|(name, _)| name != "x-amz-crc32");
                answer
            }
            _ => self.call(call, body),
        }
    }

    /// Carries a call out.
    pub fn call(&mut self, call: &Call, body: &[u8]) -> Answer {
        self.now = self.now.later(TICK);
        self.watch(call);
        let now = self.now;
        let simulator = self.region(&call.region);
        let reply = simulator.call(&call.operation, body, now);
        if let Some(trace) = simulator.trace(&reply.request_id) {
            let price = price::read_units(trace.read) + price::write_units(trace.written);
            let spent = self.spent.entry(call.access_key.clone()).or_default();
            *spent = *spent + price;
        }
        if call.operation == "CreateTable" && reply.status == 200 {
            let made: Value = serde_json::from_slice(&reply.body).unwrap();
            let id = made["TableDescription"]["TableId"].as_str().unwrap();
            self.makers.insert(id.to_owned(), call.access_key.clone());
            self.age.insert(id.to_owned(), 0);
        }
        Answer {
            status: reply.status,
            headers: vec![
                (
                    "content-type".to_owned(),
                    "application/x-amz-json-1.0".to_owned(),
                ),
                ("x-amzn-requestid".to_owned(), reply.request_id.to_string()),
                ("x-amz-crc32".to_owned(), reply.crc32.to_string()),
            ],
            body: reply.body,
        }
    }

    /// Writes down a call that changes a table of somebody else.
    fn watch(&mut self, call: &Call) {
        if !call.changes() {
            return;
        }
        for table in &call.tables {
            let Some(id) = self.id(&call.region, table) else {
                continue;
            };
            let maker = self.makers.get(&id).map_or("nobody", String::as_str);
            if maker != call.access_key {
                let Call {
                    access_key,
                    operation,
                    ..
                } = call;
                let words = format!("{operation} of {access_key} on {table}, which {maker} made");
                self.trespasses.push(words);
            }
        }
    }

    fn region(&mut self, region: &str) -> &Simulator {
        let known = self.regions.len() as u64;
        let account = &self.account;
        self.regions.entry(region.to_owned()).or_insert_with(|| {
            Simulator::new(Settings {
                region: region.to_owned(),
                account: account.clone(),
                // Ids of tables follow from it.
                seed: 1_000 * (known + 1),
                table_delay: TABLE_DELAY,
                ..Settings::default()
            })
        })
    }

    /// A call of somebody's own, past the server.
    pub fn ask(&mut self, access_key: &str, region: &str, operation: &str, body: &Value) -> Value {
        let call = Call {
            service: Service::DynamoDb,
            operation: operation.to_owned(),
            region: region.to_owned(),
            access_key: access_key.to_owned(),
            tables: Vec::new(),
            thing: None,
            body: Value::Null,
            status: None,
        };
        let answer = self.call(&call, body.to_string().as_bytes());
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    pub fn id(&mut self, region: &str, table: &str) -> Option<String> {
        let now = self.now;
        let question = json!({ "TableName": table }).to_string();
        let simulator = self.region(region);
        let reply = simulator.call("DescribeTable", question.as_bytes(), now);
        let described: Value = serde_json::from_slice(&reply.body).unwrap();
        described["Table"]["TableId"].as_str().map(str::to_owned)
    }

    /// The names of the tables that somebody made, in all regions.
    pub fn made_by(&mut self, access_key: &str) -> Vec<String> {
        let regions: Vec<String> = self.regions.keys().cloned().collect();
        let mut made = Vec::new();
        for region in regions {
            for table in self.names(&region) {
                let id = self.id(&region, &table).unwrap();
                if self
                    .makers
                    .get(&id)
                    .is_some_and(|maker| maker == access_key)
                {
                    made.push(format!("{region} {table}"));
                }
            }
        }
        made
    }

    fn names(&mut self, region: &str) -> Vec<String> {
        let listed = self.ask(SOMEBODY, region, "ListTables", &json!({}));
        let names = listed["TableNames"].as_array().into_iter().flatten();
        names
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    }

    /// Everything that is not this person's, byte for byte: descriptions, tags, items.
    pub fn dump_of_others(&mut self, access_key: &str) -> String {
        let regions: Vec<String> = self.regions.keys().cloned().collect();
        let mut dump = String::new();
        for region in regions {
            for table in self.names(&region) {
                let id = self.id(&region, &table).unwrap();
                if self
                    .makers
                    .get(&id)
                    .is_some_and(|maker| maker == access_key)
                {
                    continue;
                }
                let arn = format!("arn:aws:dynamodb:{region}:{}:table/{table}", self.account);
                let named = json!({ "TableName": table });
                for (operation, question) in [
                    ("DescribeTable", &named),
                    ("DescribeTimeToLive", &named),
                    ("ListTagsOfResource", &json!({ "ResourceArn": arn })),
                    ("Scan", &named),
                ] {
                    let answer = self.ask(SOMEBODY, &region, operation, question);
                    writeln!(dump, "{region} {table} {operation} {answer}")
                        .expect("a String takes everything");
                }
            }
        }
        dump
    }
}

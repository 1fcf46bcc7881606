//! The same house on PostgreSQL: a booking is made once, also when the call's actor ends on the way.

use crate::ending::day;
use maitred_harness::{How, Part, Postgres, Setup};

#[tokio::test(flavor = "multi_thread")]
async fn callers_are_served_on_postgresql() {
    let postgres = Postgres::shared();
    let url = postgres.create_database().await;
    let house = Setup::default()
        .with("DATABASE_URL", url.clone())
        .open()
        .await;
    for (run, crash) in [None, Some(How::Panic), Some(How::Kill(Part::Call))]
        .into_iter()
        .enumerate()
    {
        let plan = house.plan();
        let from = plan.from_number.clone();
        if let Some(how) = crash {
            // Somewhere in the middle of the conversation.
            house.crashes.plan(&from, 12, how);
        }
        let (caller, ending) = crate::books::story(plan, day(u32::try_from(run).unwrap())).await;
        ending.check(&house, &caller, &from).await;
    }
    house.close().await;
    postgres.drop_database(&url).await;
}

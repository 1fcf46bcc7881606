//! Owns the shape of `call_recordings`: one row for each call. Called by the journal and the reading side. Never holds rules.

use sea_orm::entity::prelude::*;

/// Record of one call.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "call_recordings")]
pub struct Model {
    /// Call id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub call_id: String,
    /// RingCentral's `telephonySessionId`.
    pub rc_call_id: Option<String>,
    /// `Call-ID` of the SIP dialog.
    pub sip_call_id: Option<String>,
    /// `Inbound` or `Outbound`.
    pub direction: String,
    /// Caller's number.
    pub from_number: Option<String>,
    /// Number that was called.
    pub to_number: Option<String>,
    /// Last RingCentral status.
    pub status: Option<String>,
    /// State of the record.
    pub state: String,
    /// How the call ended.
    pub outcome: Option<String>,
    /// AI mode with which it began.
    pub mode: String,
    /// Turns that the caller took.
    pub turns: i32,
    /// Whom it was handed to.
    pub handed_over_to: Option<String>,
    /// Where RingCentral keeps the recording.
    #[sea_orm(column_type = "Text", nullable)]
    pub recording_uri: Option<String>,
    /// Where the local recording lies.
    #[sea_orm(column_type = "Text", nullable)]
    pub recording_path: Option<String>,
    /// What became of consent to be recorded: `told`, `not_heard` or `refused`; none where it was never in question.
    pub recording_consent: Option<String>,
    /// Whole seconds from ringing to the end.
    pub duration_seconds: Option<i64>,
    /// When it rang.
    pub started_at: DateTimeUtc,
    /// When it was over.
    pub ended_at: Option<DateTimeUtc>,
    /// Why its recording or transcript is missing, or was not had so far.
    #[sea_orm(column_type = "Text", nullable)]
    pub archive_reason: Option<String>,
}

/// No relations: rows are found by their keys.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

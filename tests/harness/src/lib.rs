//! Starts everything on port 0 and gives stories three lines of set-up.

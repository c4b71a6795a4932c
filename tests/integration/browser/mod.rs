//! The org's pages as a person meets them: in real headless Chromium, with real SPs behind them.

mod catalogue;
mod chrome;
mod dashboard;
mod sign_in;
mod site;

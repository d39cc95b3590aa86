//! What can be wrong with a list of keywords as a whole. All of it is found before anything is sent.
//!
//! A problem is a sentence with the line or cell and what to do. The name of the list is put before it at the end.

use std::io;

use crate::domain::text::{Message, message};

/// A list that cannot be read.
pub(super) fn unreadable(error: io::Error) -> Message {
    message!(
        "cannot be read: {source}; check the path and its permissions",
        "无法读取：{source:#}；请检查路径与权限",
        source = Message::of_system(&error)
    )
}

/// A list that cannot be kept aside, or not be copied from a pipe.
pub(super) fn not_stored(error: io::Error) -> Message {
    message!(
        "cannot write the list to a temporary file: {source}; check the input, free some space, or set TMPDIR",
        "无法把名单写入临时文件：{source:#}；请检查输入、释放磁盘空间，或设置 TMPDIR",
        source = Message::of_system(&error)
    )
}

/// A workbook that is damaged.
pub(super) fn damaged(reason: impl Into<Message>) -> Message {
    let reason = reason.into();
    message!(
        "a damaged workbook ({reason}); open it in a spreadsheet program and save it again",
        "工作簿已损坏（{reason:#}）；请用表格软件打开后重新保存"
    )
}

//! What can be wrong with a list of keywords as a whole. All of it is found before anything is sent.
//!
//! A problem is a sentence with the line or cell and the cure. The name of the list is put before it at the end.

use std::io;

use super::row::LINE_LIMIT;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::{Message, Text, message};

/// What standard input is called.
pub(super) const STANDARD_INPUT: Text = Text::new("standard input", "标准输入");

/// The failure of a command because of this list.
pub(super) fn failure(input: impl Into<Message>, problem: Message) -> Failure {
    let input = input.into();
    Failure::local(FailureKind::Usage, message!("{input}: {problem}", "{input:#}：{problem:#}"))
}

/// A list that cannot be read.
pub(super) fn unreadable(error: io::Error) -> Message {
    message!(
        "cannot be read: {source}; check the path and its permissions",
        "无法读取：{source:#}；请检查路径与权限",
        source = Message::of_system(&error)
    )
}

/// A list that cannot be read twice and cannot be copied.
pub(super) fn not_copied(error: io::Error) -> Message {
    message!(
        "cannot be copied to a temporary file: {source}; check the input, and the free space in TMPDIR",
        "无法复制到临时文件：{source:#}；请检查输入，以及 TMPDIR 的可用空间",
        source = Message::of_system(&error)
    )
}

/// A list that cannot be kept aside.
pub(super) fn not_stored(error: io::Error) -> Message {
    message!(
        "cannot write the list to a temporary file: {source}; free some space, or set TMPDIR",
        "无法把名单写入临时文件：{source:#}；请释放磁盘空间，或设置 TMPDIR",
        source = Message::of_system(&error)
    )
}

/// A line beyond the limit.
pub(super) fn long_line(line: u64) -> Message {
    message!(
        "line {line} is longer than {LINE_LIMIT} bytes; a list has one keyword a line",
        "第 {line} 行超过 {LINE_LIMIT} 字节；名单应每行一个关键词"
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

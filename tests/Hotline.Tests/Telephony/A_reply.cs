using FsCheck.Fluent;
using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

public sealed class A_reply
{
    [Theory]
    [InlineData("1a"), InlineData(" 1 A "), InlineData("'1a'"), InlineData("１ａ"), InlineData("1a."), InlineData("ack 1")]
    [InlineData("1确认"), InlineData("1a   "), InlineData("“1a”"), InlineData("１Ａ。"), InlineData("確認1"), InlineData("1 收到")]
    [InlineData("ACK 1"), InlineData("1-a"), InlineData("「１ａ」"), InlineData("1\ta\r\n"), InlineData("确认 1")]
    public void Case_35_with_the_code_takes_the_page_however_it_is_typed(string text) =>
        Replies.Read(text).ShouldBe(new Reply.Coded(1, ReplyAction.Take));

    [Theory]
    [InlineData("12c", 12, ReplyAction.Close), InlineData("７ｅ", 7, ReplyAction.PassOn), InlineData("999a", 999, ReplyAction.Take)]
    public void Case_36_keeps_code_and_action_apart(string text, int code, ReplyAction action) =>
        Replies.Read(text).ShouldBe(new Reply.Coded(code, action));

    [Theory]
    [InlineData("a"), InlineData(" A "), InlineData("确认"), InlineData("收到。"), InlineData("ａ"), InlineData("'a'")]
    public void Case_38_without_a_code_is_bare(string text) => Replies.Read(text).ShouldBe(new Reply.Bare(ReplyAction.Take));

    [Theory]
    [InlineData("stop"), InlineData("STOP "), InlineData("Stop"), InlineData("StopAll"), InlineData("unsubscribe"), InlineData("CANCEL")]
    [InlineData("end"), InlineData("quit"), InlineData("revoke"), InlineData("OptOut"), InlineData("ＳＴＯＰ")]
    public void Case_39_of_a_stop_word_alone_opts_out(string text) => Replies.Read(text).ShouldBeOfType<Reply.OptOut>();

    [Theory]
    [InlineData("start"), InlineData("YES"), InlineData("unstop")]
    public void Case_39_of_a_start_word_opts_in(string text) => Replies.Read(text).ShouldBeOfType<Reply.OptIn>();

    [Theory]
    [InlineData("please stop"), InlineData("stop it now"), InlineData("1"), InlineData("1z"), InlineData("a1a"), InlineData("1234a")]
    [InlineData(""), InlineData("  "), InlineData("我在路上"), InlineData("1a 2a"), InlineData("👍"), InlineData(null)]
    [InlineData("00000000000000000000000001a")]
    public void Case_40_of_anything_else_is_not_understood(string? text) => Replies.Read(text).ShouldBeOfType<Reply.NotUnderstood>();

    [Theory]
    [InlineData("HELP"), InlineData("info")]
    public void asking_for_help_is_the_vendors_to_answer(string text) => Replies.Read(text).ShouldBeOfType<Reply.Help>();

    [Fact]
    public void of_any_text_is_read_without_an_exception()
    {
        Replies.Read("\ud800").ShouldBeOfType<Reply.NotUnderstood>();
        Replies.Read(new string('a', 100_000)).ShouldBeOfType<Reply.NotUnderstood>();
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<string?>(text => Replies.Read(text) is not null));
    }
}

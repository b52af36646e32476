using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

public sealed class A_phone_number
{
    [Theory]
    [InlineData("+14155550101", "+14155550101"), InlineData("+1 (415) 555-0101", "+14155550101"), InlineData("0014155550101", "+14155550101")]
    [InlineData("13800138000", "+8613800138000"), InlineData("138 0013 8000", "+8613800138000"), InlineData("0086 138-0013-8000", "+8613800138000")]
    [InlineData("8613800138000", "+8613800138000"), InlineData("＋８６１３８００１３８０００", "+8613800138000"), InlineData("+8610000000103", "+8610000000103")]
    [InlineData("010-12345678", "+861012345678")]
    public void Case_18_is_normalised_from_what_people_write(string written, string e164) =>
        PhoneNumber.Parse(written)!.Value.E164.ShouldBe(e164);

    [Theory]
    [InlineData(null), InlineData(""), InlineData("110"), InlineData("4155550101"), InlineData("+0123456789"), InlineData("+1415555010x")]
    [InlineData("anonymous"), InlineData("sip:duty@example.org"), InlineData("+1234567890123456"), InlineData("\ud800"), InlineData("+1415555\n0101+")]
    public void Case_18_is_refused_rather_than_guessed(string? written) => PhoneNumber.Parse(written).ShouldBeNull();

    [Fact]
    public void never_prints_itself() => $"{PhoneNumber.Parse("+14155550101")}".ShouldNotContain("4155550101");

    [Fact]
    public void of_the_mainland_can_neither_reply_nor_get_an_address()
    {
        ChannelCapabilities.OfTwilio(PhoneNumber.Parse("+8613800138000")!.Value).ShouldBe(new(false, false, false, false));
        ChannelCapabilities.OfTwilio(PhoneNumber.Parse("+14155550101")!.Value).ShouldBe(new(true, true, true, false));
    }
}

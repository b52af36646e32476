using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

public sealed class A_text
{
    private const string File = "segment-vectors.json";

    public static TheoryData<string> Ids => Vectors.Ids(File);

    [Theory, MemberData(nameof(Ids))]
    public void takes_the_segments_that_the_vendor_counts(string id)
    {
        var v = Vectors.One(File, id);
        var counted = Segments.Of(v.GetProperty("text").GetString()!);
        (counted.Encoding == TextEncoding.Gsm7 ? "GSM-7" : "UCS-2").ShouldBe(v.GetProperty("encoding").GetString());
        counted.Count.ShouldBe(v.GetProperty("segments").GetInt32());
    }

    [Fact]
    public void is_proved_on_thirty_three_vectors() => Ids.Count.ShouldBe(33);
}

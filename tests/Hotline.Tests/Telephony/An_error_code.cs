using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

public sealed class An_error_code
{
    public static TheoryData<int, string> Codes =>
        [.. Vectors.File("error-classes.json").GetProperty("codes").EnumerateArray()
            .Select(c => (c.GetProperty("code").GetInt32(), c.GetProperty("class").GetString()!))];

    [Theory, MemberData(nameof(Codes))]
    public void has_the_class_of_the_shared_table(int code, string name)
    {
        Name(ErrorClasses.OfDelivery(code)).ShouldBe(name);
        Name(ErrorClasses.OfAnswer(400, code)).ShouldBe(name);
    }

    [Fact]
    public void Case_14_that_nobody_knows_is_judged_by_where_it_came_from()
    {
        ErrorClasses.OfAnswer(400, 99999).ShouldBe(ErrorClass.Request);
        ErrorClasses.OfAnswer(400, null).ShouldBe(ErrorClass.Request);
        ErrorClasses.OfDelivery(99999).ShouldBe(ErrorClass.Temporary);
        ErrorClasses.OfDelivery(null).ShouldBe(ErrorClass.Temporary);
    }

    [Theory]
    [InlineData(429, null, ErrorClass.NotProcessed), InlineData(500, 21211, ErrorClass.UnknownOutcome), InlineData(503, null, ErrorClass.UnknownOutcome)]
    [InlineData(502, null, ErrorClass.UnknownOutcome), InlineData(401, null, ErrorClass.SetUp)]
    public void of_http_alone_has_its_class(int status, int? code, ErrorClass expected) =>
        ErrorClasses.OfAnswer(status, code).ShouldBe(expected);

    private static string Name(ErrorClass c) => c switch
    {
        ErrorClass.PermanentAddress => "permanent-address",
        ErrorClass.SetUp => "set-up",
        ErrorClass.NotProcessed => "not-processed",
        ErrorClass.UnknownOutcome => "unknown-outcome",
        ErrorClass.AlreadyOver => "already-over",
        _ => c.ToString().ToLowerInvariant(),
    };
}

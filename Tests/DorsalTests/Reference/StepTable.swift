/// A table of steps for the small model.
enum StepTable {
  static let header =
    "step,kind,causes,rules,what,when,after_days,finding,only_if,against,basis,source,note\n"

  /// The table in another order than a plan has. Of the tests of one time only `look` is for two
  /// causes.
  static let text =
    header + """
      back,come_back,strain,,Come back if it is no better.,weeks,14,,,,assumed,,
      rest,care,strain,,Keep moving; it should be better within weeks.,weeks,,,,,assumed,,
      blood,test,tumour,,Blood tests,days,,,,,assumed,,
      scan,test,tumour,,"Scan of the back, and of the neck",days,,,,age=young,published,smith2001,
      look,test,tumour;strain,,Look for the sign,days,,sign,,,assumed,smith2001,a note
      bone,test,tumour,,Scan of bone,same_day,,,age=old|middle;site=back,,assumed,,
      team,referral,tumour,sign,The team decides,same_day,,,,,published,smith2001,
      ward,advice,unlisted,old_chest,Tell whom to call,now,,,setting=ward,,assumed,,

      """
}
